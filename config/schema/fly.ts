import { z } from "zod";
import { maxSharedMemoryMb } from "../machine-size.ts";
import { shared } from "./shared.ts";
import { bucket, s3, tigris } from "./storage.ts";
import { dnsLabel, httpsUrl, memoryMb, text, whole } from "./words.ts";

/** More than Fly's shared machines have is refused by Fly only after the migration. */
const machineMemoryMb = memoryMb.max(
  maxSharedMemoryMb,
  `is more than ${maxSharedMemoryMb}, the most of a shared machine. Lower it`,
);

const upstash = z.strictObject({
  kind: z.literal("upstash"),
  /** Name of the database, unique in the organization. */
  name: dnsLabel,
  /** A plan's display name or id; default pay-as-you-go. */
  plan: text
    .refine(
      (plan) => !/^(standard|starter|pro[ _]?2k|pro[ _]?10k)$/i.test(plan),
      'no longer exists. Leave it out for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB"',
    )
    .optional(),
});

const ownRedis = z.strictObject({
  kind: z.literal("own"),
  /** Name of the app that Redis runs in. Another name is another, empty Redis. Default: the app's name and `-redis`. */
  app: dnsLabel.optional(),
  /** Memory of its machine, in MiB; six tenths of it are for what Redis holds. Default 512, at most 16384. */
  memoryMb: machineMemoryMb.default(512),
  /** Size of its volume in GB; it never shrinks. Default 1. */
  sizeGb: whole(1, 500).default(1),
});

const backup = z.strictObject({
  /** Where the dumps go; the keys are the secrets backupAccessKeyId and backupSecretAccessKey. */
  ...bucket,
  /** Folder in the bucket. Default the app's name. */
  prefix: text.optional(),
  /** Fly starts the machine once in each such period, at a time of its own choice. Default weekly. */
  schedule: z
    .enum(["daily", "weekly", "monthly"], "is not a period that Fly has. Use daily, weekly or monthly")
    .default("weekly"),
  /** How many dumps are kept; older ones are deleted after a good one. Default 8. */
  keep: whole(1, 1000).default(8),
  /** Memory of the machine that dumps, in MiB. Default 512. */
  memoryMb: machineMemoryMb.default(512),
});

const logs = z.strictObject({
  /** Address of Loki, for instance https://logs-prod-006.grafana.net. */
  lokiUrl: httpsUrl,
  /** User at Loki; its password is the secret lokiPassword. */
  lokiUsername: text,
});

const scaling = z.strictObject({
  /** Jobs waiting in Sidekiq beyond which `npm run ops -- scale` proposes more. Default 100. */
  queueDepth: whole(1, 1_000_000).default(100),
  /** The most worker machines that it may propose or make. Default 2. */
  maxWorkers: whole(1, 100).default(2),
  /** The most memory of a worker that it may propose or set, in MiB. Default 2048. */
  maxWorkerMemoryMb: machineMemoryMb.default(2048),
});

export const flyConfig = z.strictObject({
  target: z.literal("fly"),
  ...shared,
  /** Limits of the PostgreSQL that the secret databaseUrl points at. */
  database: z
    .strictObject({
      /** Clients that the pooler in front of the database lets in; known for Supabase's session pooler. */
      poolLimit: whole(1, 10000).optional(),
    })
    .prefault({}),
  /** Where attachments are kept. */
  storage: z.discriminatedUnion("kind", [s3, tigris], {
    error: ({ input }) => explainStorage((input as { kind?: unknown } | undefined)?.kind),
  }),
  /** What this target alone has. */
  fly: z.strictObject({
    /** Name of the app, unique on all of Fly. It never changes: another name is another app. */
    app: dnsLabel,
    /** Slug of the organization. */
    organization: text,
    /** Region of machines and Redis, for instance ord. */
    region: z.string().regex(/^[a-z]{3}$/, "is not a region. Use three letters from `fly platform regions`"),
    /** `shared` is free; `dedicated` is billed, and needed by what does not speak HTTP or TLS with a host name. */
    ipv4: z.enum(["shared", "dedicated"], "is not known. Use shared or dedicated").default("shared"),
    /** Redis at Upstash, through Fly, or on a machine of the stack's own. */
    redis: z.discriminatedUnion("kind", [upstash, ownRedis], "has no kind that is known. Use upstash or own"),
    /**
     * How a release replaces the machines. `rolling`, the default, updates them one after the other and leaves those
     * that were updated as they are when one fails. `bluegreen` starts a second set beside the first, with connections
     * of its own, and keeps the first when the second does not become healthy.
     */
    strategy: z.enum(["rolling", "bluegreen"], "is not known. Use rolling or bluegreen").default("rolling"),
    /**
     * Whether web and worker stop while the database is migrated. Default: only where the pool cannot hold them and
     * the migration at once.
     */
    maintenance: z.boolean("is not true or false. Write true or false").optional(),
    /** Memory of the machine that migrates, in MiB, at least 512. Default 2048. */
    releaseMemoryMb: machineMemoryMb.min(512, "is less than 512, the least of its size. Raise it").default(2048),
    /** How long the preparation step may take, in minutes. Default 20. */
    releaseTimeoutMinutes: whole(1, 120).default(20),
    /** How long one machine may take to become healthy, in minutes. Default 10. */
    waitTimeoutMinutes: whole(1, 60).default(10),
    /** Dumps of the database to a bucket. Default none. */
    backup: backup.optional(),
    /** Sends the logs of every app of the stack to Loki. Default not. */
    logs: logs.optional(),
    /** Bounds for `npm run ops -- scale`. */
    scaling: scaling.prefault({}),
  }),
});

export type FlyConfig = z.output<typeof flyConfig>;
export type FlyBackupConfig = z.output<typeof backup>;
export type FlyLogsConfig = z.output<typeof logs>;

function explainStorage(kind: unknown): string {
  if (kind === "claim")
    return "is a claim, but a Fly volume belongs to one machine, so web and worker would not see each other's attachments. Use kind: tigris or kind: s3";
  if (kind === "local")
    return "is local, but a machine's disk is its own and is lost with it, so attachments would vanish at the next deploy. Use kind: tigris or kind: s3";
  return "has no kind that Fly can carry. Use kind: tigris or kind: s3";
}
