import { objectNames } from "../../components/kubernetes/names.ts";
import { serverNameOf } from "../../components/kubernetes/postgres/archive.ts";
import type { Problem } from "../../config/problems.ts";
import type { PostgresConfig } from "../../config/schema/kubernetes/postgres.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Whether CloudNativePG can make this database, and whether what it begins with and where it archives to fit. */
export function checkPostgres({ kubernetes }: PartialSettings, now = new Date()): Problem[] {
  if (kubernetes === undefined) return [];
  const { postgres } = kubernetes;
  return [
    ...checkName(postgres),
    ...checkImage(postgres),
    ...checkMemory(postgres),
    ...checkRecovery(postgres, now),
  ].map(({ key, message }) => ({ key: `kubernetes.postgres.${key}`, message }));
}

/** Longest name that the operator gives a cluster; the restore drill's is longer than the cluster's own. */
const longestName = 50 - "-drill".length;
const takenNames = Object.values(objectNames).filter((name) => name !== objectNames.database);

/** The operator makes a service account, services and secrets whose names begin with the cluster's. */
function checkName({ name }: PostgresConfig): Problem[] {
  if (name.length > longestName)
    return [{ key: "name", message: `is longer than ${longestName} characters. Choose a shorter one` }];
  if (!/^[a-z]/.test(name))
    return [{ key: "name", message: "does not begin with a letter, as names of services must. Choose another one" }];
  if (takenNames.some((taken) => taken === name))
    return [{ key: "name", message: "is the name of another part of the deployment. Choose another one" }];
  return [];
}

/** The tag says both, where it is one of CloudNativePG's own. */
function checkImage({ image }: PostgresConfig): Problem[] {
  const tag = /:(\d+)(?:\.\d+)*(?:-([a-z]+))?[^/@]*@/.exec(image);
  if (tag === null) return [];
  if (Number(tag[1]) < 17)
    return [
      {
        key: "image",
        message: `is PostgreSQL ${tag[1]}, which does not have the builtin locale. Use PostgreSQL 17 or later`,
      },
    ];
  if (tag[2] === "minimal")
    return [{ key: "image", message: "is a minimal image, without pgvector. Use the standard one" }];
  return [];
}

/** What a connection of Rails takes, and what the operator's agent beside the server does, in MiB. */
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
        `is enough for ${fits} connections, at ${perConnectionMb} MiB each, and maxConnections is ${maxConnections}. ` +
        "Raise memoryMb, or lower maxConnections",
    },
  ];
}

/**
 * A cluster reads `recovery` when it is made. Under the old cluster's name there may be one already, which would just go
 * on; and in the old cluster's folder there are files already, which no other cluster may mix its own into.
 */
function checkRecovery(postgres: PostgresConfig, now: Date): Problem[] {
  const { name, backup, recovery } = postgres;
  if (recovery === undefined) return [];
  if (backup === undefined)
    return [{ key: "recovery", message: "has no backup to begin with. Add postgres.backup, which says where it is" }];
  const problems: Problem[] = [];
  const { serverName, targetTime } = recovery;
  const next = `${name.replace(/-\d+$/, "")}-${Number(/-(\d+)$/.exec(name)?.[1] ?? 1) + 1}`;
  if (name === serverName)
    problems.push({
      key: "name",
      message:
        `is ${name}, which is also what is restored, and a cluster of that name is never restored over. ` +
        `Set a name that no cluster had yet, for instance ${next}`,
    });
  else if (serverNameOf(postgres) === serverName)
    problems.push({
      key: "backup.serverName",
      message:
        `is ${serverName}, the folder that is restored from, and a new cluster must write to an empty one. ` +
        "Remove it, so that it follows postgres.name, or set one that no cluster wrote to yet",
    });
  if (targetTime !== undefined && new Date(targetTime) > now)
    problems.push({
      key: "recovery.targetTime",
      message: "lies in the future. Set the last moment at which everything was right",
    });
  return problems;
}
