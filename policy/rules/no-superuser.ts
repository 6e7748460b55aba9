import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { containersOf, groupOf, isDatabase, isKind, specOf } from "../kubernetes.ts";
import { entriesOf, isObject, listOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { leavesOf, withEmbedded } from "../walk.ts";

export const noSuperuser: Rule = {
  name: "no-superuser",
  requirement:
    "Nothing signs in to the cluster's own database as a superuser, without a password or without TLS, and no other role than Chatwoot's is created.",
  reason:
    "A superuser runs programs on the database's machine and reads every file: an injection in one query would be the end of the data.",
  fix: "Keep `enableSuperuserAccess: false` and CloudNativePG's own access rules; Chatwoot owns its database and needs no more.",
  level: "mandatory",
  settings: {},
  ofResource: (resource) =>
    withEmbedded(resource).flatMap((each) => [...ofCluster(each), ...ofOwner(each), ...ofClients(each)]),
};

const privileged = new Set(["postgres", "streaming_replica"]);
/** Fields that add roles, other ways to sign in, or settings that SQL can change. */
const refused = ["superuserSecret", "managed", "certificates"];
const parameters =
  /^(archive_timeout|checkpoint_\w+|effective_\w+|maintenance_work_mem|max_\w+|min_wal_size|work_mem|shared_buffers|random_page_cost|wal_\w+|autovacuum\w*|pg_stat_statements\.\w+|log_(min_duration_statement|autovacuum_min_duration|checkpoints|lock_waits|temp_files|connections|disconnections|statement|line_prefix)|idle_\w+|statement_timeout|lock_timeout|tcp_\w+|jit|huge_pages|timezone)$/;

function ofCluster(resource: Resource): string[] {
  if (!isDatabase(resource)) return [];
  const spec = specOf(resource);
  const { postgresql, bootstrap } = spec;
  const server: Props = isObject(postgresql) ? postgresql : {};
  const sql = leavesOf(bootstrap).filter(({ path }) => /SQL/.test(path));
  return [
    ...([undefined, false, unknownValue].includes(spec["enableSuperuserAccess"] as never)
      ? []
      : ["gives access to the superuser. Set enableSuperuserAccess: false."]),
    ...refused
      .filter((key) => spec[key] !== undefined)
      .map((key) => `has ${key}, which changes who may sign in. Remove it.`),
    ...Object.keys(server)
      .filter((key) => !["parameters", "synchronous"].includes(key))
      .map((key) => `has postgresql.${key}, which was not reviewed. Remove it.`),
    ...entriesOf(server["parameters"])
      .filter(
        ([name, value]) => !parameters.test(name) || (name === "log_statement" && value !== "none" && value !== "ddl"),
      )
      .map(([name]) => `sets the parameter ${name}, which was not reviewed. Remove it.`),
    ...sql
      .filter(({ text }) => !/^CREATE EXTENSION IF NOT EXISTS (vector|pg_trgm|pgcrypto|pg_stat_statements)$/.test(text))
      .map(({ path }) => `runs additional SQL as superuser (${path}). Remove it.`),
    ...owners(bootstrap)
      .filter((owner) => privileged.has(owner))
      .map((owner) => `gives the database to ${owner}. Use a separate role.`),
  ];
}

function owners(bootstrap: unknown): string[] {
  return leavesOf(bootstrap).flatMap(({ path, text }) => (/\.owner$/.test(path) ? [text] : []));
}

function ofOwner(resource: Resource): string[] {
  if (groupOf(resource) !== "postgresql.cnpg.io" || !isKind(resource, "Database")) return [];
  const owner = textOf(specOf(resource)["owner"]) ?? "";
  const untrusted = listOf(specOf(resource)["extensions"]).filter(
    ({ name }) => !["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"].includes(name as string),
  );
  return [
    ...(privileged.has(owner) ? [`gives the database to ${owner}. Use a separate role.`] : []),
    ...untrusted.map(({ name }) => `adds the extension ${String(name)}, which was not reviewed. Remove it.`),
  ];
}

const userVariables = /^(POSTGRES_USERNAME|PGUSER|DATABASE_USERNAME)$/;
const tlsModes = ["require", "verify-ca", "verify-full"];

/** The users and TLS modes in environments of containers and ConfigMaps. */
function ofClients(resource: Resource): string[] {
  const variables: [string, unknown][] = [
    ...containersOf(resource).flatMap(({ env }) =>
      listOf(env).map(({ name, value }): [string, unknown] => [String(name), value]),
    ),
    ...(isKind(resource, "ConfigMap") ? entriesOf(resource.props["data"]) : []),
  ];
  const secrets = leavesOf(resource.type.startsWith("kubernetes:") ? resource.props : {}).filter(
    ({ key, text }) => /^(name|secretName)$/.test(key) && text.endsWith("-superuser"),
  );
  return [
    ...variables.flatMap(([name, value]) => {
      if (userVariables.test(name) && value === "postgres")
        return [`signs in as postgres by ${name}. Use Chatwoot's role.`];
      const isPlain = name === "PGSSLMODE" && textOf(value) !== undefined && !tlsModes.includes(value as string);
      return isPlain ? [`connects with PGSSLMODE ${String(value)}. Use require or more.`] : [];
    }),
    ...secrets.map(({ path }) => `refers to the superuser's Secret (${path}). Use Chatwoot's.`),
  ];
}
