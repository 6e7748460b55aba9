import type { EdgeConfig } from "../../../config/schema/kubernetes/edge.ts";

/**
 * Whether Chatwoot accepts https alone. By default only where the ingress itself ends TLS: one behind another proxy may
 * send `X-Forwarded-Proto: http`, and Chatwoot would redirect every request to itself.
 */
export function forcesSsl(ingress: EdgeConfig): boolean {
  if (ingress.forceSsl !== undefined) return ingress.forceSsl;
  return ingress.mode === "gateway" || (ingress.mode === "ingress" && ingress.clusterIssuer !== undefined);
}
