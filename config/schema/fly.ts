import { z } from "zod";
import { maxSharedMemoryMb } from "../machine-size.ts";
import { shared } from "./shared.ts";
import { bucket, s3, tigris } from "./storage.ts";
import { versions } from "../versions.ts";
import { dnsLabel, exactImage, httpsUrl, memoryMb, releaseTimeoutMinutes, text, whole } from "./words.ts";

/** Fly rejects more than the maximum of a shared machine, but only after the migration. */
const machineMemoryMb = memoryMb.max(
  maxSharedMemoryMb,
  `is above the maximum of ${maxSharedMemoryMb} for a shared machine. Lower it`,
);

const upstash = z.strictObject({
  kind: z.literal("upstash"),
  /** Name of the database, unique in the organization. */
  name: dnsLabel,
  /** Display name or id of the plan. Default: pay-as-you-go. */
  plan: text
    .refine(
      (plan) => !/^(standard|starter|pro[ _]?2k|pro[ _]?10k)$/i.test(plan),
      'no longer exists. Remove it for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB"',
    )
    .optional(),
  /** Clients that the plan accepts; Chatwoot's connections must fit. Default: not checked. */
  maxClients: whole(1, 1_000_000).optional(),
});

const ownRedis = z.strictObject({
  kind: z.literal("own"),
  /** Name of the app that runs Redis. A new name creates an empty Redis. Default: the app's name with `-redis`. */
  app: dnsLabel.optional(),
  /** Memory of its machine, in MiB, up to 16384. Redis stores data in six tenths of it. Default: 512. */
  memoryMb: machineMemoryMb.default(512),
  /** Size of its volume, in GB. A volume can grow but not shrink. Default: 1. */
  sizeGb: whole(1, 500).default(1),
});

const backup = z.strictObject({
  /** Bucket for the dumps. Its keys are the secrets backupAccessKeyId and backupSecretAccessKey. */
  ...bucket,
  /** Folder in the bucket. Default: the app's name. */
  prefix: text.optional(),
  /** How often Fly starts the machine, at a time that Fly chooses: daily, weekly or monthly. Default: weekly. */
  schedule: z
    .enum(["daily", "weekly", "monthly"], "is not a schedule of Fly. Use daily, weekly or monthly")
    .default("weekly"),
  /** Number of dumps to keep; older dumps are deleted after each successful dump. Default: 8. */
  keep: whole(1, 1000).default(8),
  /** Memory of the backup machine, in MiB. Default: 512. */
  memoryMb: machineMemoryMb.default(512),
});

const logs = z.strictObject({
  /** URL of Loki, for instance https://logs-prod-006.grafana.net. */
  lokiUrl: httpsUrl,
  /** User name at Loki. The password is the secret lokiPassword. */
  lokiUsername: text,
});

const scaling = z.strictObject({
  /** Number of waiting Sidekiq jobs above which `npm run ops -- scale` proposes more workers. Default: 100. */
  queueDepth: whole(1, 1_000_000).default(100),
  /** Maximum number of worker machines that `scale` proposes or creates. Default: 2. */
  maxWorkers: whole(1, 100).default(2),
  /** Maximum memory of a worker that `scale` proposes or sets, in MiB. Default: 2048. */
  maxWorkerMemoryMb: machineMemoryMb.default(2048),
});

/** Images of the apps beside Chatwoot, from another registry or with a digest. A change replaces their machines. */
const images = z.strictObject({
  /** The stack's own Redis. A newer major version may rewrite its file, which an older one cannot read. */
  redis: exactImage(versions.redisImage).default(versions.redisImage),
  /** Vector, with logs. */
  logShipper: exactImage(versions.vectorImage).default(versions.vectorImage),
  /** Node.js, with scheduled runs of the support pipeline. */
  node: exactImage(versions.nodeImage).default(versions.nodeImage),
});

export const flyConfig = z.strictObject({
  target: z.literal("fly"),
  ...shared,
  /** Limits of the PostgreSQL at databaseUrl. */
  database: z
    .strictObject({
      /** Clients that the connection pooler of the database accepts. Default: 15 for Supabase's session pooler, otherwise no limit is checked. */
      poolLimit: whole(1, 10000).optional(),
    })
    .prefault({}),
  /** Storage of attachments. */
  storage: z.discriminatedUnion("kind", [s3, tigris], {
    error: ({ input }) => explainStorage((input as { kind?: unknown } | undefined)?.kind),
  }),
  /** Settings of this target. */
  fly: z.strictObject({
    /** Name of the app, unique on Fly. Do not change it: a new name creates another app. */
    app: dnsLabel,
    /** Slug of the organization. */
    organization: text,
    /** Region of the machines and of Redis, for instance ord. */
    region: z.string().regex(/^[a-z]{3}$/, "is not a valid region. Use a three-letter code from `fly platform regions`"),
    /** Kind of the IPv4 address. `shared` is free. `dedicated` is billed; clients need it for anything but HTTP and TLS with SNI. Default: shared. */
    ipv4: z.enum(["shared", "dedicated"], "has an unknown value. Use shared or dedicated").default("shared"),
    /** Redis at Upstash, through Fly, or on the stack's own machine. */
    redis: z.discriminatedUnion("kind", [upstash, ownRedis], "has an unknown kind. Use upstash or own"),
    /**
     * How a release replaces the machines. `rolling` updates one machine after the other; if one fails, machines that
     * are already updated keep the new version. `bluegreen` starts a second set of machines with its own database
     * connections, and keeps the first set if the second does not become healthy. Default: rolling.
     */
    strategy: z.enum(["rolling", "bluegreen"], "has an unknown value. Use rolling or bluegreen").default("rolling"),
    /**
     * Whether web and worker stop while the database is migrated. Default: only if the pool has too few connections
     * for them and the migration at once.
     */
    maintenance: z.boolean("is not true or false. Write true or false").optional(),
    /**
     * Open connections that one web machine takes. Each open widget and each tab of an agent holds a websocket. Fly prefers
     * another machine from four fifths of it, and lets new clients wait above it. Default: 1000.
     */
    concurrency: whole(100, 10_000).default(1000),
    /** Memory of the machine that runs the migration, in MiB, at least 512. Default: 2048. */
    releaseMemoryMb: machineMemoryMb.min(512, "is below the minimum of 512. Raise it").default(2048),
    /** Time limit of the preparation step, in minutes. Default: 20. */
    releaseTimeoutMinutes: releaseTimeoutMinutes.default(20),
    /** Time limit for one machine to become healthy, in minutes. Default: 10. */
    waitTimeoutMinutes: whole(1, 60).default(10),
    /** Dumps of the database to a bucket. Default: none. */
    backup: backup.optional(),
    /** Sends the logs of every app of the stack to Loki. Default: disabled. */
    logs: logs.optional(),
    images: images.prefault({}),
    /** Limits for `npm run ops -- scale`. */
    scaling: scaling.prefault({}),
  }),
});

export type FlyConfig = z.output<typeof flyConfig>;
export type FlyBackupConfig = z.output<typeof backup>;
export type FlyLogsConfig = z.output<typeof logs>;

function explainStorage(kind: unknown): string {
  if (kind === "claim")
    return "is claim, but a Fly volume belongs to one machine, so web and worker could not share attachments. Use kind: tigris or kind: s3";
  if (kind === "local")
    return "is local, but a machine's disk is lost with the machine, so the next deployment would lose the attachments. Use kind: tigris or kind: s3";
  return "has a kind that Fly does not support. Use kind: tigris or kind: s3";
}
