import { getDomain } from "tldts";

/** A DNS record that a host name needs. */
export interface DnsRecord {
  type: "A" | "AAAA" | "CNAME" | "TXT";
  name: string;
  value: string;
  /**
   * `traffic` is enough to reach the app. `certificate` lets Fly issue the certificate before traffic arrives, and renew
   * it behind a proxy. `ownership` is required behind a proxy or CDN, and if the app has no IPv6 address.
   */
  purpose: "traffic" | "certificate" | "ownership";
}

/** DNS requirements of a host name from `flyctl certs check --json`. Each can be empty. */
export interface DnsRequirements {
  a?: readonly string[] | null | undefined;
  aaaa?: readonly string[] | null | undefined;
  cname?: string | null | undefined;
  acme_challenge?: { name?: string | undefined; target?: string | undefined } | null | undefined;
  ownership?: { name?: string | undefined; app_value?: string | undefined } | null | undefined;
}

/**
 * The records to set. A domain apex cannot be a CNAME, so it gets the addresses. A subdomain gets a CNAME, which stays
 * valid if the app's addresses change.
 */
export function dnsRecords(host: string, needed: DnsRequirements): DnsRecord[] {
  const { a, aaaa, cname, acme_challenge: acme, ownership } = needed;
  const records: DnsRecord[] = [];
  if (cname && getDomain(host) !== host) records.push({ type: "CNAME", name: host, value: cname, purpose: "traffic" });
  else {
    for (const value of a ?? []) records.push({ type: "A", name: host, value, purpose: "traffic" });
    for (const value of aaaa ?? []) records.push({ type: "AAAA", name: host, value, purpose: "traffic" });
  }
  if (acme?.name && acme.target)
    records.push({ type: "CNAME", name: acme.name, value: acme.target, purpose: "certificate" });
  if (ownership?.name && ownership.app_value)
    records.push({ type: "TXT", name: ownership.name, value: ownership.app_value, purpose: "ownership" });
  return records;
}

/** The records as lines of a table, columns aligned. */
export function formatDnsRecords(records: readonly DnsRecord[]): string[] {
  const rows = [
    ["TYPE", "NAME", "VALUE", "FOR"],
    ...records.map((each) => [each.type, each.name, each.value, each.purpose]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
