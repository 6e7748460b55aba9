import { createHash } from "node:crypto";
import type { Store } from "../state/store.ts";
import type { App, Certificate } from "../state/types.ts";

/** The host names with DNS records for Fly, which a test lists in `dns.json`. */
export const isConfigured = (store: Store, { hostname, configured }: Certificate): boolean =>
  configured || store.readJson<readonly string[]>("dns.json", []).includes(hostname);

/** The details in the output of `certs add` and `certs check`. Addresses are included if the app has any. */
export function certificateDetail(app: App, certificate: Certificate, configured: boolean): Record<string, unknown> {
  const { hostname } = certificate;
  const addresses = (types: readonly string[]): readonly string[] =>
    app.ips.filter((ip) => types.includes(ip.type)).map((ip) => ip.address);
  const a = addresses(["v4", "shared_v4"]);
  const aaaa = addresses(["v6"]);
  const expires = inNinetyDays(certificate.createdAt);
  return {
    hostname,
    configured,
    acme_requested: true,
    status: statusOf(configured),
    dns_provider: "sandbox",
    certificates: [
      {
        source: "fly",
        status: statusOf(configured),
        created_at: certificate.createdAt,
        ...(configured ? { expires_at: expires } : {}),
        issued: configured ? [{ type: "ecdsa", expires_at: expires, certificate_authority: "lets_encrypt" }] : [],
      },
    ],
    validation: {
      dns_configured: configured,
      alpn_configured: configured,
      http_configured: configured,
      ownership_txt_configured: false,
    },
    dns_requirements: {
      a,
      aaaa,
      cname: `${token(app.id, 7)}.${app.name}.fly.dev`,
      acme_challenge: { name: `_acme-challenge.${hostname}`, target: `${hostname}.${token(app.id, 6)}.flydns.net` },
      ownership: { name: `_fly-ownership.${hostname}`, app_value: `app-${token(app.id, 7)}`, org_value: "" },
    },
  };
}

export const certificateSummary = (
  { hostname, createdAt }: Certificate,
  configured: boolean,
): Record<string, unknown> => ({
  hostname,
  status: statusOf(configured),
  acme_dns_configured: configured,
  acme_alpn_configured: configured,
  acme_http_configured: configured,
  ownership_txt_configured: false,
  configured,
  acme_requested: true,
  has_custom_certificate: false,
  has_fly_certificate: configured,
  created_at: createdAt,
  updated_at: createdAt,
});

const statusOf = (configured: boolean): string => (configured ? "active" : "pending_validation");

const inNinetyDays = (from: string): string => new Date(Date.parse(from) + 90 * 86_400_000).toISOString();

const token = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);
