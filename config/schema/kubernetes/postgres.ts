import { z } from "zod";
import { versions } from "../../versions.ts";
import { readCron } from "../cron.ts";
import { dnsLabel, endpointUrl, memoryMb, moment, region, storageClass, text, whole } from "../words.ts";
import { credentials } from "./credentials.ts";

const cron = (fields: 5 | 6) =>
  z.string().superRefine((schedule, context) => {
    const read = readCron(schedule, fields);
    if ("problem" in read) context.addIssue(read.problem);
  });

/** Name of the folder under the destination that a cluster writes to. */
const serverName = dnsLabel;

const drill = z.strictObject({
  /** When the newest backup is restored into a temporary cluster, in UTC. Default: Sundays at 05:00. */
  schedule: cron(5).default("0 5 * * 0"),
  /** Time limit of the restore, in minutes. Default: 120. */
  timeoutMinutes: whole(5, 1440).default(120),
});

/** Base backups and WAL in a bucket. Default: none. */
const backup = z.strictObject({
  /** Bucket for base backups and WAL, `s3://bucket/path`. */
  destination: z.string().regex(/^s3:\/\/[^/\s]+(\/\S+)?$/, "is not a valid bucket URL. Write it as s3://bucket/path"),
  /** URL of the store. */
  endpoint: endpointUrl,
  /** Region of the bucket. Default: the region in the endpoint. */
  region: region.optional(),
  /** When base backups are created, in UTC, with six fields. Default: every day at 03:00. */
  schedule: cron(6).default("0 0 3 * * *"),
  /** How long backups are kept; older ones are deleted. Default: 30d. */
  retention: z
    .string()
    .regex(/^[1-9][0-9]*[dwm]$/, "is not a valid period. Write it as 30d, 4w or 6m")
    .default("30d"),
  /** Folder under the destination. A new cluster needs an empty folder. Default: `postgres.name`. */
  serverName: serverName.optional(),
  credentials: credentials("ACCESS_KEY_ID", "ACCESS_SECRET_KEY"),
  /** Restores the newest backup regularly to prove that it works; `false` disables it. Default: weekly. */
  drill: z
    .union([z.literal(false), drill], 'is neither false nor a schedule. Write false, or { schedule: "0 5 * * 0" }')
    .prefault({}),
});

const recovery = z.strictObject({
  /** Folder of the lost cluster under the destination of `postgres.backup`. */
  serverName,
  /** Time to restore to, as 2026-11-21T15:00:00Z or with another offset. Default: the latest archived time. */
  targetTime: moment.optional(),
});

/** PostgreSQL, run by CloudNativePG. */
export const postgres = z.strictObject({
  /** Name of the cluster. A new name creates an empty database; the old one is kept in the namespace. Default: chatwoot-db. */
  name: dnsLabel.default("chatwoot-db"),
  /** PostgreSQL 17 or later with pgvector, by digest. A change restarts the database; a new major version needs `majorUpgrade`. */
  image: text
    .regex(
      /@sha256:[0-9a-f]{64}$/,
      "has no digest, and its tags are rebuilt every week. Write it as name:tag@sha256:…",
    )
    .default(versions.postgresImage),
  /**
   * Major version that the data may be upgraded to, for instance 18. Without it, an image of another major version is
   * rejected. The upgrade stops every instance, and only a backup can undo it. Default: none.
   */
  majorUpgrade: whole(17, 99).optional(),
  /** Number of instances: one primary, the others standbys. Default: 2. */
  instances: whole(1, 9).default(2),
  /** Storage class of the volumes. */
  storageClass,
  /** Size of each instance's volume, in GiB. A volume can grow but not shrink. Default: 20. */
  sizeGi: whole(1, 65536).default(20),
  /** Size of each instance's WAL volume, in GiB. A volume can grow but not shrink. Default: 8. */
  walSizeGi: whole(2, 65536).default(8),
  /** Memory of each instance, in MiB. A change restarts the database. Default: 1024. */
  memoryMb: memoryMb.default(1024),
  /** Maximum number of connections (`max_connections`). A change restarts the database. Default: 100. */
  maxConnections: whole(20, 5000).default(100),
  backup: backup.optional(),
  /** Backup to restore into a new cluster. It is read only when the cluster is created. */
  recovery: recovery.optional(),
});

export type PostgresConfig = z.output<typeof postgres>;
export type PostgresBackupConfig = NonNullable<PostgresConfig["backup"]>;
