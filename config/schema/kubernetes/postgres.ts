import { z } from "zod";
import { versions } from "../../versions.ts";
import { readCron } from "../cron.ts";
import { dnsLabel, endpointUrl, memoryMb, storageClass, text, whole } from "../words.ts";
import { credentials } from "./credentials.ts";

const cron = (fields: 5 | 6) =>
  z.string().superRefine((schedule, context) => {
    const read = readCron(schedule, fields);
    if ("problem" in read) context.addIssue(read.problem);
  });

/** Name of the folder under the destination that one cluster writes to. */
const serverName = dnsLabel;

const drill = z.strictObject({
  /** When the newest backup is restored into a cluster of its own, in UTC. Default Sundays at five. */
  schedule: cron(5).default("0 5 * * 0"),
  /** How long a restore may take, in minutes. Default 120. */
  timeoutMinutes: whole(5, 1440).default(120),
});

/** Base backups and WAL in a bucket. Default none. */
const backup = z.strictObject({
  /** Where base backups and WAL go, `s3://bucket/path`. */
  destination: z.string().regex(/^s3:\/\/[^/\s]+(\/\S+)?$/, "is not a bucket. Write it as s3://bucket/path"),
  /** Address of the store. */
  endpoint: endpointUrl,
  /** Region of the bucket. Default the one that the endpoint names, for Backblaze B2 and Amazon. */
  region: text.optional(),
  /** When a base backup is made, in UTC. Default every day at three. */
  schedule: cron(6).default("0 0 3 * * *"),
  /** How long backups are kept. Default 30d. */
  retention: z
    .string()
    .regex(/^[1-9][0-9]*[dwm]$/, "is not a period. Write it as 30d, 4w or 6m")
    .default("30d"),
  /** Folder under the destination. A new cluster must write to an empty one. Default `postgres.name`. */
  serverName: serverName.optional(),
  credentials: credentials("ACCESS_KEY_ID", "ACCESS_SECRET_KEY"),
  /** A regular proof that the backups can be restored. Default weekly; false for none. */
  drill: z
    .union([z.literal(false), drill], 'is neither false nor a schedule. Write false, or { schedule: "0 5 * * 0" }')
    .prefault({}),
});

const recovery = z.strictObject({
  /** Folder under the destination of `postgres.backup` that the lost cluster wrote to. */
  serverName,
  /** The moment to go back to, as 2026-11-21T15:00:00Z. Default the newest that was archived. */
  targetTime: z.iso.datetime("is not a moment. Write it in UTC, as 2026-11-21T15:00:00Z").optional(),
});

/** PostgreSQL, run by CloudNativePG. */
export const postgres = z.strictObject({
  /** Name of the cluster. Another name is another database; the one before stays in the namespace. Default chatwoot-db. */
  name: dnsLabel.default("chatwoot-db"),
  /** PostgreSQL 17 or later with pgvector, by digest. Another major version asks for `majorUpgrade`. */
  image: text
    .regex(
      /@sha256:[0-9a-f]{64}$/,
      "has no digest, and its tags are built anew every week. Write it as name:tag@sha256:…",
    )
    .default(versions.postgresImage),
  /**
   * The major version that the data may be upgraded to, as 18: without it, an image of another one is refused. The upgrade
   * stops every instance, and there is no way back but a backup. Default none.
   */
  majorUpgrade: whole(17, 99).optional(),
  /** Default 2: one primary, one standby. */
  instances: whole(1, 9).default(2),
  /** Class of the volumes. */
  storageClass,
  /** Size of each instance's volume in GiB; it never shrinks. Default 20. */
  sizeGi: whole(1, 65536).default(20),
  /** Size of each instance's volume for WAL in GiB; it never shrinks. Default 8. */
  walSizeGi: whole(2, 65536).default(8),
  /** Memory of each instance, in MiB. A change restarts the database. Default 1024. */
  memoryMb: memoryMb.default(1024),
  /** Default 100. A change restarts the database. */
  maxConnections: whole(20, 5000).default(100),
  backup: backup.optional(),
  /** The cluster begins as a copy of a backup. Read when the cluster is made, and never again. */
  recovery: recovery.optional(),
});

export type PostgresConfig = z.output<typeof postgres>;
export type PostgresBackupConfig = NonNullable<PostgresConfig["backup"]>;
