import { z } from "zod";
import { webhookEvents } from "../../components/chatwoot/webhook-events.ts";
import { chatwootChartRepository, versions } from "../../components/versions.ts";

/*
 * The stack file, checked. Settings are structured objects; secrets are flat keys of their own (secrets.ts), so that no
 * object turns secret as a whole and every missing one can be named. A setting that one target alone has stands under
 * that target's key; one that both have stands at the top and means the same for both.
 *
 * Messages have the form "what is wrong. What to do" and follow the key.
 */

const text = z.string().trim().min(1, "is empty. Give it a value");
const httpsUrl = z
  .string()
  .regex(
    /^https:\/\/[^/\s]+$/,
    "is not a plain https address. Write it as https://host, without a path or a slash at its end",
  );
const endpointUrl = z.string().regex(/^https?:\/\/[^\s]+$/, "is not an address. Write it as https://host");
const email = z.email("is not a mail address. Write it as name@domain");
const sender = z
  .string()
  .regex(
    /^([^<>]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "is not a sender. Write it as name@domain or Name <name@domain>",
  );
const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "is not a valid name. Use up to 63 lower-case letters, digits and hyphens",
  );
const storageClass = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    "is not the name of a storage class. Take one from `kubectl get storageclass`",
  );

function whole(minimum: number, maximum: number) {
  const error = `is not a whole number from ${minimum} to ${maximum}. Choose one in that range`;
  return z.number(error).int(error).min(minimum, error).max(maximum, error);
}

const memoryMb = whole(256, 65536).multipleOf(256, "is not a multiple of 256. Choose one, for instance 1024");

/**
 * An image with an exact tag or digest. `latest` and a missing tag are refused: the next machine to start would run
 * another version than the one that migrated the database.
 */
export const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.:/_-]*?(:(?!latest(-ce)?(@|$))[A-Za-z0-9_][A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
    `names no exact version. Pin a tag or digest, for instance ${versions.chatwootImage}`,
  )
  .refine(
    (name) => !/:v4\.14\.0(-ce)?(@|$)/.test(name),
    "is v4.14.0, which refuses webhooks to private addresses. Use a later version",
  );

const smtp = z.strictObject({
  /** Host name of the relay. */
  address: text,
  /** Default 587. */
  port: whole(1, 65535).default(587),
  /** HELO domain; default the relay's choice. */
  domain: text.optional(),
  username: text.optional(),
  /** `none` for a relay that trusts the network: then no user name or password is sent at all. */
  authentication: z
    .enum(["none", "plain", "login", "cram_md5"], "is not known. Use none, plain, login or cram_md5")
    .default("plain"),
  /** How the connection is secured. Default starttls. */
  tls: z.enum(["starttls", "tls", "none"], "is not known. Use starttls, tls or none").default("starttls"),
  /** Whether the relay's certificate is checked. Default peer. */
  verify: z.enum(["peer", "none"], "is not known. Use peer or none").default("peer"),
});

const mail = z.strictObject({
  /** From address of everything that Chatwoot sends. */
  sender,
  /** Without it no mail is sent. */
  smtp: smtp.optional(),
  /** Domain of reply addresses, for conversations that go on by mail. */
  inboundDomain: text.optional(),
});

const s3 = z.strictObject({
  kind: z.literal("s3"),
  bucket: text,
  endpoint: endpointUrl,
  /** Default auto. */
  region: text.default("auto"),
  /** Address the bucket by path instead of host name; most S3-compatible stores want it. Default true. */
  forcePathStyle: z.boolean("is not true or false. Write true or false").default(true),
});

const claim = z.strictObject({
  kind: z.literal("claim"),
  storageClass,
  /** Size of the claim in GiB. It can grow where the class allows it, never shrink. Default 20. */
  sizeGi: whole(1, 65536).default(20),
  /** Web and worker both write attachments, on whichever node they run. */
  accessMode: z
    .literal(
      "ReadWriteMany",
      "cannot be shared by web and worker on different nodes. Use ReadWriteMany, or storage.kind s3",
    )
    .default("ReadWriteMany"),
});

const support = z.strictObject({
  /** Receives the account's webhook, signed with the generated `webhookSecret`. */
  webhookUrl: z.url({
    protocol: /^https$/,
    error: "is not an https address. Chatwoot delivers webhooks to public https addresses only",
  }),
  /** Default message_created and conversation_status_changed. */
  events: z
    .array(
      z.enum(webhookEvents, {
        error: ({ input }) =>
          input === "conversation_resolved" || input === "conversation_opened"
            ? `has ${input}, which only agent bots get. Use conversation_status_changed and look at its status`
            : `has an event that Chatwoot does not send. Use some of ${webhookEvents.join(", ")}`,
      }),
    )
    .min(1, "is empty. Name at least one event")
    .default(["message_created", "conversation_status_changed"]),
});

/** What both targets take, with the same meaning. */
const shared = {
  /** Public address, also the base of every link in mails. A change restarts web and worker. */
  url: httpsUrl,
  image: image.default(versions.chatwootImage),
  /** Name of the Chatwoot account that the bootstrap creates. */
  account: text,
  /** The super admin that the bootstrap creates; the password is generated. */
  admin: z.strictObject({ email, name: text.default("Administrator") }),
  mail,
  web: z
    .strictObject({
      /** Machines or pods. Default 1. */
      count: whole(1, 100).default(1),
      /** Memory of each, in MiB. Default 1024. */
      memoryMb: memoryMb.default(1024),
      /** Puma threads, and database connections, of each. Default 5. */
      threads: whole(1, 64).default(5),
    })
    .prefault({}),
  worker: z
    .strictObject({
      /** Machines or pods. Default 1. */
      count: whole(1, 100).default(1),
      /** Memory of each, in MiB. Default 1024. */
      memoryMb: memoryMb.default(1024),
      /** Sidekiq threads, and database connections, of each. Default 10. */
      concurrency: whole(1, 64).default(10),
    })
    .prefault({}),
  /** The support pipeline that listens to this Chatwoot. */
  support: support.optional(),
};

export const flyConfig = z.strictObject({
  target: z.literal("fly"),
  ...shared,
  database: z
    .strictObject({
      /** Clients that the pooler in front of the database lets in; known for Supabase's session pooler. */
      poolLimit: whole(1, 10000).optional(),
    })
    .prefault({}),
  storage: z.discriminatedUnion("kind", [s3], {
    error: ({ input }) =>
      (input as { kind?: unknown } | undefined)?.kind === "claim"
        ? "is a claim, but a Fly volume belongs to one machine, so web and worker would not see each other's attachments. Use kind: s3"
        : "has no kind that Fly can carry. Use kind: s3",
  }),
  fly: z.strictObject({
    /** Name of the app, unique on all of Fly. It never changes: another name is another app. */
    app: dnsLabel,
    /** Slug of the organization. */
    organization: text,
    /** Region of machines and Redis, for instance ord. */
    region: z.string().regex(/^[a-z]{3}$/, "is not a region. Use three letters from `fly platform regions`"),
    redis: z.strictObject({
      kind: z.literal("upstash", "is not known. Use upstash"),
      /** Name of the database, unique in the organization. */
      name: dnsLabel,
      /** A plan's display name or id; default pay-as-you-go. */
      plan: text
        .refine(
          (plan) => !/^(standard|starter|pro[ _]?2k|pro[ _]?10k)$/i.test(plan),
          'no longer exists. Leave it out for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB"',
        )
        .optional(),
    }),
    /** Memory of the machine that migrates, in MiB. Default 2048. */
    releaseMemoryMb: memoryMb.default(2048),
    /** How long the preparation step may take, in minutes. Default 20. */
    releaseTimeoutMinutes: whole(1, 120).default(20),
    /** How long one machine may take to become healthy, in minutes. Default 10. */
    waitTimeoutMinutes: whole(1, 60).default(10),
  }),
});

const cron = z
  .string()
  .regex(
    /^\S+( \S+){5}$/,
    'is not a schedule of six fields. CloudNativePG starts with seconds, for instance "0 0 3 * * *"',
  );

const backup = z.strictObject({
  /** Where base backups and WAL go, `s3://bucket/path`. */
  destination: z.string().regex(/^s3:\/\/[^/\s]+(\/\S+)?$/, "is not a bucket. Write it as s3://bucket/path"),
  endpoint: endpointUrl,
  schedule: cron.default("0 0 3 * * *"),
  /** How long backups are kept. Default 30d. */
  retention: z
    .string()
    .regex(/^[1-9][0-9]*[dwm]$/, "is not a period. Write it as 30d, 4w or 6m")
    .default("30d"),
});

const ingress = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({
      mode: z.literal("ingress"),
      className: text,
      /** cert-manager issuer of the certificate; without it the ingress has no TLS section. */
      clusterIssuer: text.optional(),
      /** Added to the annotations that the class needs. */
      annotations: z.record(z.string(), z.string()).default({}),
    }),
    z.strictObject({ mode: z.literal("none") }),
  ],
  "has no mode that is known. Use mode: ingress or mode: none",
);

export const kubernetesConfig = z.strictObject({
  target: z.literal("kubernetes"),
  ...shared,
  storage: z.discriminatedUnion("kind", [s3, claim], "has no kind that is known. Use kind: s3 or kind: claim"),
  kubernetes: z.strictObject({
    /** Context of the kubeconfig, so that nothing goes to whichever cluster is current. */
    context: text,
    /** Made by this stack. Another name is another deployment, with an empty database. */
    namespace: dnsLabel.default("chatwoot"),
    chart: z
      .strictObject({
        repository: endpointUrl.default(chatwootChartRepository),
        version: text.default(versions.chatwootChart),
        /** A folder with the chart, instead of the repository. */
        path: text.optional(),
      })
      .prefault({}),
    ingress,
    postgres: z.strictObject({
      /** Default 2: one primary, one standby. */
      instances: whole(1, 9).default(2),
      storageClass,
      /** Size of each instance's volume in GiB; it never shrinks. Default 20. */
      sizeGi: whole(1, 65536).default(20),
      /** Default 100. A change restarts the database. */
      maxConnections: whole(20, 5000).default(100),
      backup: backup.optional(),
    }),
    redis: z.strictObject({
      storageClass,
      /** Size of the volume in GiB. Default 2. */
      sizeGi: whole(1, 1024).default(2),
    }),
    /** Single sign-on in front of the staff's pages. */
    sso: z
      .strictObject({
        /** Address of the OpenID Connect issuer. */
        issuer: httpsUrl,
        /** True lets API clients and the mobile app past the gate; they authenticate by token. Default true. */
        publicApi: z.boolean("is not true or false. Write true or false").default(true),
      })
      .optional(),
  }),
});

export const configSchema = z.discriminatedUnion("target", [flyConfig, kubernetesConfig]);

export const schemas = { fly: flyConfig, kubernetes: kubernetesConfig } as const;
export type Target = keyof typeof schemas;
export type FlyConfig = z.output<typeof flyConfig>;
export type KubernetesConfig = z.output<typeof kubernetesConfig>;
export type SharedConfig = Omit<FlyConfig, "target" | "fly" | "database" | "storage">;
export type S3Config = z.output<typeof s3>;
export type ClaimConfig = z.output<typeof claim>;
export type MailConfig = z.output<typeof mail>;
