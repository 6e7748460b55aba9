import { parseImage, tagMajor } from "../../lib/image-reference.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import { serverNameOf } from "../../components/kubernetes/postgres/archive.ts";
import type { Problem } from "../../config/problems.ts";
import { deployed } from "../../config/schema/kubernetes/external.ts";
import type { PostgresConfig } from "../../config/schema/kubernetes/postgres.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Checks that CloudNativePG can create this database, and that its recovery and backup fit together. */
export function checkPostgres({ kubernetes }: PartialSettings, now = new Date()): Problem[] {
  const postgres = kubernetes && deployed(kubernetes.postgres);
  if (postgres === undefined) return [];
  return [
    ...checkName(postgres),
    ...checkImage(postgres),
    ...checkMemory(postgres),
    ...checkRecovery(postgres, now),
  ].map(({ key, message }) => ({ key: `kubernetes.postgres.${key}`, message }));
}

/** The operator's limit for a cluster name, minus the suffix of the restore drill's cluster. */
const longestName = 50 - "-drill".length;
const takenNames = Object.values(objectNames).filter((name) => name !== objectNames.database);

/** The operator creates a service account, services and secrets whose names start with the cluster's name. */
function checkName({ name }: PostgresConfig): Problem[] {
  if (name.length > longestName)
    return [{ key: "name", message: `is longer than ${longestName} characters. Choose a shorter one` }];
  if (!/^[a-z]/.test(name))
    return [{ key: "name", message: "does not start with a letter, as service names must. Choose another name" }];
  if (takenNames.some((taken) => taken === name))
    return [{ key: "name", message: "is the name of another part of the deployment. Choose another one" }];
  return [];
}

/** Reads version and flavor from the tag of a CloudNativePG image. */
function checkImage({ image }: PostgresConfig): Problem[] {
  const major = tagMajor(image);
  if (major !== undefined && major < 17)
    return [
      {
        key: "image",
        message: `is PostgreSQL ${major}, which does not have the builtin locale. Use PostgreSQL 17 or later`,
      },
    ];
  if (/^[\d.]+-minimal\b/.test(parseImage(image).tag ?? ""))
    return [{ key: "image", message: "is a minimal image, without pgvector. Use the standard one" }];
  return [];
}

/** Memory of a Rails connection, and of the operator's agent next to the server, in MiB. */
const perConnectionMb = 5;
const agentMb = 64;

/** Shared buffers are a quarter of the memory. */
function checkMemory({ memoryMb, maxConnections }: PostgresConfig): Problem[] {
  const fits = Math.floor(((memoryMb * 3) / 4 - agentMb) / perConnectionMb);
  if (maxConnections <= fits) return [];
  return [
    {
      key: "memoryMb",
      message:
        `is enough for ${fits} connections at ${perConnectionMb} MiB each, but maxConnections is ${maxConnections}. ` +
        "Raise memoryMb, or lower maxConnections",
    },
  ];
}

/**
 * A cluster reads `recovery` only when it is created. An existing cluster with the same name would ignore it, and two
 * clusters must not write to the same folder.
 */
function checkRecovery(postgres: PostgresConfig, now: Date): Problem[] {
  const { name, backup, recovery } = postgres;
  if (recovery === undefined) return [];
  if (backup === undefined) return [{ key: "recovery", message: "needs a backup to restore. Set postgres.backup" }];
  const problems: Problem[] = [];
  const { serverName, targetTime } = recovery;
  const next = `${name.replace(/-\d+$/, "")}-${Number(/-(\d+)$/.exec(name)?.[1] ?? 1) + 1}`;
  if (name === serverName)
    problems.push({
      key: "name",
      message:
        `is ${name}, the cluster to restore, and an existing cluster is never overwritten. ` +
        `Set an unused name, for instance ${next}`,
    });
  else if (serverNameOf(postgres) === serverName)
    problems.push({
      key: "backup.serverName",
      message:
        `is ${serverName}, the folder to restore from, and a new cluster needs an empty folder. ` +
        "Remove it to use postgres.name, or set an unused folder",
    });
  if (targetTime !== undefined && new Date(targetTime) > now)
    problems.push({
      key: "recovery.targetTime",
      message: "is in the future. Set the last time at which the data was correct",
    });
  return problems;
}
