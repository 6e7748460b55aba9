import { z } from "zod";
import { versions } from "../../versions.ts";
import { readCron } from "../cron.ts";
import { dnsLabel, endpointUrl, hostName, memoryMb, moment, region, storageClass, text, whole } from "../words.ts";
import { credentials } from "./credentials.ts";
import { authority, passwordSource } from "./external.ts";
import { sslModes } from "../../../lib/postgres-url.ts";

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

const moved = {
  /**
   * Host of the database that Chatwoot ran on, after you have moved its data. Required once, when `kind` changes: the new
   * database would otherwise be used without the old data. Default: none.
   */
  movedFrom: hostName.optional(),
};

/** PostgreSQL, run by CloudNativePG. */
export const cnpg = z.strictObject({
  /** CloudNativePG in the namespace. Default: cnpg. */
  kind: z.literal("cnpg").optional(),
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
  ...moved,
});

/** PostgreSQL that the stack does not run: at a provider, or CloudNativePG of another team. */
const external = z.strictObject({
  kind: z.literal("external"),
  /** Address of the database, if its password is from a Secret. If it is from the configuration, databaseUrl has the address. */
  address: z
    .strictObject({
      /** Host name, as every namespace resolves it. */
      host: hostName,
      /** Port. Default: 5432. */
      port: whole(1, 65535).default(5432),
      /** Name of the database. */
      database: text,
      /** User name. */
      username: text,
    })
    .optional(),
  credentials: passwordSource,
  /** libpq's sslmode. Default: that of databaseUrl, otherwise verify-full with an authority, and require without. */
  sslMode: z.enum(sslModes, `is not an sslmode of libpq. Use ${sslModes.join(", ")}`).optional(),
  /** Certificate authority of the server. Default: with verify-full, the authorities of the image. */
  authority: authority.optional(),
  /**
   * Maximum number of connections that the server accepts from Chatwoot. Default: 15 for Supabase's session pooler,
   * otherwise no limit is checked.
   */
  maxConnections: whole(1, 10000).optional(),
  ...moved,
});

/** PostgreSQL: run by CloudNativePG in the namespace, or external. Default: cnpg. */
export const postgres = z.discriminatedUnion(
  "kind",
  [cnpg, external],
  "has an unknown kind. Use kind: cnpg or kind: external",
);

export type PostgresConfig = z.output<typeof cnpg>;
export type ExternalPostgresConfig = z.output<typeof external>;
export type PostgresBackupConfig = NonNullable<PostgresConfig["backup"]>;
