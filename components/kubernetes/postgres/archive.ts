import type { PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";

/** Name of CloudNativePG's backup plugin, which is installed beside the operator with its CRD. */
export const barmanPlugin = "barman-cloud.cloudnative-pg.io";

/** The folder under the destination for one cluster. No other cluster may ever have written to it. */
export function serverNameOf({ name, backup }: Pick<PostgresConfig, "name" | "backup">): string {
  return backup?.serverName ?? name;
}
