import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";

/** Name of CloudNativePG's backup plugin, which is installed beside the operator with its CRD. */
export const barmanPlugin = "barman-cloud.cloudnative-pg.io";

/** The folder under the destination for one cluster. No other cluster may ever have written to it. */
export function serverNameOf({ name, backup }: Pick<PostgresConfig, "name" | "backup">): string {
  return backup?.serverName ?? name;
}

/** The region in an address of Backblaze B2 or Amazon S3; undefined for other stores, most of which need none. */
export function regionOf(endpoint: string): string | undefined {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  const found =
    /^s3\.([a-z0-9-]+)\.backblazeb2\.com$/.exec(host) ??
    /^s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/.exec(host);
  if (found !== null) return found[1];
  return host === "s3.amazonaws.com" ? "us-east-1" : undefined;
}
