import type { KubeObject } from "../../kube-client.ts";
import type { StandIn } from "../stand-in.ts";
import type { Lookup } from "../world.ts";
import { healthy } from "./cluster.ts";

/** Extensions in every image of the project, and those that only `standard` images add. */
const contrib = [
  "amcheck",
  "bloom",
  "btree_gin",
  "btree_gist",
  "citext",
  "cube",
  "dblink",
  "dict_int",
  "fuzzystrmatch",
  "hstore",
  "intarray",
  "isn",
  "lo",
  "ltree",
  "pageinspect",
  "pg_buffercache",
  "pg_stat_statements",
  "pg_trgm",
  "pgcrypto",
  "pgrowlocks",
  "pgstattuple",
  "plpgsql",
  "postgres_fdw",
  "seg",
  "sslinfo",
  "tablefunc",
  "tcn",
  "tsm_system_rows",
  "unaccent",
  "uuid-ossp",
  "xml2",
];
const standard = ["vector", "pgaudit", "pg_failover_slots"];

/** Whether an image has an extension. Images without a variant in their tag are the older `system` ones, which have all. */
export function hasExtension(image: string, extension: string): boolean {
  if (contrib.includes(extension)) return true;
  return standard.includes(extension) && !/[:-]minimal\b/.test(image.split("@")[0]!);
}

interface Applied {
  readonly applied: boolean;
  readonly message?: string;
  readonly extensions?: readonly { readonly name: string; readonly applied: boolean; readonly message?: string }[];
}

/** The status of a Database; undefined while its cluster is not ready. */
export function applyDatabase(database: KubeObject, world: Lookup): Applied {
  const name = database.spec.cluster.name as string;
  const cluster = world.get("Cluster", database.metadata.namespace, name);
  if (!cluster) return { applied: false, message: `cluster "${name}" not found` };
  if (cluster.status?.phase !== healthy) return { applied: false, message: "waiting for the cluster to be healthy" };
  const image = (cluster.spec.imageName as string | undefined) ?? "";
  const wanted = (database.spec.extensions ?? []) as { name: string; ensure?: string }[];
  const extensions = wanted.map((extension) => {
    if (extension.ensure === "absent" || hasExtension(image, extension.name))
      return { name: extension.name, applied: true };
    const message = `extension "${extension.name}" is not available`;
    return { name: extension.name, applied: false, message };
  });
  const failed = extensions.filter(({ applied }) => !applied).map(({ message }) => message);
  return { applied: failed.length === 0, ...(failed.length > 0 ? { message: failed.join("; ") } : {}), extensions };
}

/** Simulates the operator for Databases. */
export const databases: StandIn = {
  name: "cnpg-database",
  kind: "Database",
  wakes: ["Cluster"],
  async reconcile(database, context) {
    if (database.metadata.deletionTimestamp) return undefined;
    const { status: before, metadata } = database;
    if (before?.applied && before.observedGeneration === metadata.generation) return undefined;
    const { message, ...applied } = applyDatabase(database, context.world);
    const observedGeneration = applied.applied ? { observedGeneration: metadata.generation } : {};
    if (before?.applied !== applied.applied || before.message !== message) {
      // A merge patch removes a field only with an explicit null.
      const status = { ...applied, message: message ?? null, ...observedGeneration };
      await context.patch("Database", database, { status }, "status");
      if (applied.applied) {
        const { namespace, name } = metadata;
        context.journal.write({ event: "applied", kind: "Database", namespace: namespace!, name });
      }
    } else if (applied.applied) await context.patch("Database", database, { status: observedGeneration }, "status");
    return { waiting: !applied.applied };
  },
};
