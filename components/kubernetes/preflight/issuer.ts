import { jsonOf, request } from "../../../lib/http/request.ts";
import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import type { Findings } from "./check.ts";

/** Reads an issuer's discovery document; undefined where it cannot be reached from this machine. */
export type ReadDiscovery = (url: string) => Promise<unknown>;

const timeoutSeconds = 5;

/**
 * Compares the issuer and the scopes with the issuer's own document. The proxy compares the issuer letter by letter, and
 * ends at its start if they differ.
 */
export async function checkIssuer(
  sso: Pick<SsoConfig, "issuer" | "scopes"> | undefined,
  read: ReadDiscovery = readDiscovery,
): Promise<Findings> {
  const findings: Findings = { problems: [], warnings: [] };
  if (sso === undefined) return findings;
  const document = await read(`${sso.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (typeof document !== "object" || document === null) return findings;
  const { issuer, scopes_supported: supported } = document as Record<string, unknown>;
  if (typeof issuer === "string" && issuer !== sso.issuer)
    findings.problems.push({
      key: "kubernetes.sso.issuer",
      message: `is ${sso.issuer}, but the issuer names itself ${JSON.stringify(issuer)}, and the proxy compares every letter. Set it to that`,
    });
  const unknown = Array.isArray(supported) ? sso.scopes.filter((scope) => !supported.includes(scope)) : [];
  if (unknown.length > 0)
    findings.warnings.push({
      key: "kubernetes.sso.scopes",
      message: `has ${unknown.join(" and ")}, which the issuer does not list. If users cannot sign in (invalid_scope), remove it`,
    });
  return findings;
}

async function readDiscovery(url: string): Promise<unknown> {
  try {
    const answer = await request(url, { timeoutSeconds, retries: 0, follow: true });
    return answer.status === 200 ? jsonOf(answer) : undefined;
  } catch {
    return undefined;
  }
}
