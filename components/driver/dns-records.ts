import { getDomain } from "tldts";

/** A record that a host name needs at whoever answers for its domain. */
export interface DnsRecord {
  type: "A" | "AAAA" | "CNAME" | "TXT";
  name: string;
  value: string;
  /**
   * `traffic` brings visitors, and is enough; `certificate` lets Fly issue before visitors come, and renew behind a
   * proxy; `ownership` is needed behind a proxy or CDN, and where the app has no IPv6.
   */
  purpose: "traffic" | "certificate" | "ownership";
}

/** What Fly says that a host name needs, as in `flyctl certs check --json`. Any of it may be empty. */
export interface DnsRequirements {
  a?: readonly string[] | null | undefined;
  aaaa?: readonly string[] | null | undefined;
  cname?: string | null | undefined;
  acme_challenge?: { name?: string | undefined; target?: string | undefined } | null | undefined;
  ownership?: { name?: string | undefined; app_value?: string | undefined } | null | undefined;
}

/**
 * The records to set. A domain's own name cannot be a CNAME, so it gets the addresses; a name below it gets a CNAME,
 * which follows the app when its addresses change.
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
