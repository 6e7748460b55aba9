import type { StackResource } from "./deployment.ts";

/** Whether a Kubernetes stack uses a database that it does not run. */
export function hasExternalDatabase(resources: readonly StackResource[]): boolean {
  return resources.some(({ type }) => type === "chatwoot:kubernetes:ExternalPostgres");
}
