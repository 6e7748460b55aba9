import type { Lookup } from "../world.ts";
import { barmanPlugin, bootstrapOf, type Plugin, type PostgresCluster } from "./cluster-spec.ts";

/** A plugin's location: a folder in an object store. */
function folderOf(plugin: Plugin | undefined, cluster: string): string | undefined {
  if (plugin?.name !== barmanPlugin || plugin.enabled === false) return undefined;
  const { barmanObjectName = "", serverName = cluster } = plugin.parameters ?? {};
  return `${barmanObjectName}/${serverName}`;
}

const writesTo = ({ metadata, spec }: PostgresCluster) => folderOf(spec.plugins?.[0], metadata.name);

/**
 * The plugin's checks of the bucket before a cluster starts, derived from the other objects: the archive folder must be
 * empty, and the recovery folder of a running cluster must have a base backup.
 */
export function archiveProblems(cluster: PostgresCluster, world: Lookup): string[] {
  const { namespace, uid } = cluster.metadata;
  const others = (world.list("Cluster", namespace) as PostgresCluster[]).filter(({ metadata }) => metadata.uid !== uid);
  const { source } = bootstrapOf(cluster.spec);
  const reads = folderOf(cluster.spec.externalClusters?.find(({ name }) => name === source)?.plugin, source ?? "");
  const writes = writesTo(cluster);
  const problems: string[] = [];
  if (writes !== undefined && (writes === reads || others.some((other) => writesTo(other) === writes))) {
    problems.push(`WAL archive check failed for server ${writes.split("/")[1]}: Expected empty archive`);
  }
  const origin = others.find((other) => reads !== undefined && writesTo(other) === reads);
  const backedUp = world
    .list("Backup", namespace)
    .some(({ spec, status }) => spec.cluster.name === origin?.metadata.name && status?.phase === "completed");
  if (origin !== undefined && !backedUp) problems.push("no target backup found");
  return problems;
}
