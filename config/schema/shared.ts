import { z } from "zod";
import { inboundMailServices } from "../inbound-mail.ts";
import { versions } from "../versions.ts";
import { agentBots } from "./agent-bots.ts";
import { inboxes } from "./inboxes.ts";
import { initializers } from "./initializers.ts";
import { rotation } from "./rotation.ts";
import { support } from "./support.ts";
import { webhooks } from "./webhooks.ts";
import { workerGroups } from "./worker-groups.ts";
import { email, exactImage, hostName, httpsUrl, memoryMb, sender, text, whole } from "./words.ts";

/**
 * Chatwoot's image with an exact tag or digest. `latest` and a missing tag are rejected, because a machine that starts
 * later could run another version than the one that migrated the database. A change migrates the database and replaces web
 * and worker. The default, 4.16.2, is the version that was tested; it has known holes that 4.18.0 is reported to fix: MFA,
 * SAML and session limit can be bypassed, macros run on other conversations (IDOR), XSS, SSRF, unverified Slack webhooks
 * (docs/upgrades.md).
 */
export const image = exactImage(versions.chatwootImage).refine(
  (name) => !/:v4\.14\.0(-ce)?(@|$)/.test(name),
  "is v4.14.0, which refuses webhooks to private addresses. Use a later version",
);

const smtp = z.strictObject({
  /** Host name of the relay. */
  address: hostName,
  /** Port of the relay. Default: 587. */
  port: whole(1, 65535).default(587),
  /** HELO domain. Default: chosen by the relay. */
  domain: hostName.optional(),
  /** User name at the relay; its password is the secret smtpPassword. Omit it if authentication is none. */
  username: text.optional(),
  /** Authentication method. `none` sends no user name and no password, for a relay that trusts the network. Default: plain. */
  authentication: z
    .enum(["none", "plain", "login", "cram_md5"], "has an unknown value. Use none, plain, login or cram_md5")
    .default("plain"),
  /** Encryption of the connection. Default: starttls. */
  tls: z.enum(["starttls", "tls", "none"], "has an unknown value. Use starttls, tls or none").default("starttls"),
  /** Whether the relay's certificate is verified. Default: peer. */
  verify: z.enum(["peer", "none"], "has an unknown value. Use peer or none").default("peer"),
});

const inbound = z.strictObject({
  /** Domain of the reply addresses. Its MX record must point to the service. */
  domain: text,
  /**
   * Service that delivers the mail, authenticated by the secret inboundMailPassword; `ses` is authenticated by snsTopic
   * instead. `relay` is your own mail server. Default: relay.
   */
  service: z
    .enum(inboundMailServices, "has an unknown value. Use relay, mailgun, mandrill, postmark, sendgrid or ses")
    .default("relay"),
  /** ARN of the SNS topic to which Amazon SES publishes the mail. Required by `ses`. */
  snsTopic: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "is not the ARN of an SNS topic. Write it as arn:aws:sns:eu-west-1:123456789012:name",
    )
    .optional(),
});

/** Outgoing and incoming mail. */
const mail = z.strictObject({
  /** From address of all mail that Chatwoot sends. */
  sender,
  /** SMTP relay for outgoing mail. Default: none; no mail is sent, also no invitation and no password reset. */
  smtp: smtp.optional(),
  /** Incoming mail: replies to conversations, and email inboxes. Default: none. */
  inbound: inbound.optional(),
});

/**
 * Settings of Chatwoot's super admin pages, by their names, for instance INSTALLATION_NAME. The bootstrap writes them to
 * the database at every deployment, so a manual change in those pages lasts until the next deployment.
 */
const installation = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is not a valid setting name. Use capital letters, digits and underscores"),
  z.union([z.string(), z.number(), z.boolean()], "is not text, a number, true or false. Use one of them"),
);

/** Additional environment variables. They are not secret: every user with read access to the deployment can read them. A change restarts web and worker. */
const environment = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is not a valid variable name. Use capital letters, digits and underscores"),
  z.string("is not text. Put it in quotation marks"),
);

/** Migrations of the database, by the preparation step. */
const migration = z.strictObject({
  /**
   * PostgreSQL's limit for one statement of a migration, in seconds; a large table needs more. The limit of the whole step is
   * releaseTimeoutMinutes of the target. Default: POSTGRES_STATEMENT_TIMEOUT of environment, otherwise 600.
   */
  statementTimeoutSeconds: whole(14, 43_200).optional(),
});

/** Where Chatwoot delivers webhooks and the events of bots and inboxes. */
const deliveries = z.strictObject({
  /**
   * Whether private addresses and http are allowed (`SAFE_FETCH_ALLOW_PRIVATE_NETWORK`). Chatwoot then also fetches from
   * private addresses: an administrator of any account can make it call services inside the network. Default: false. A
   * change restarts web and worker.
   */
  allowPrivateNetwork: z.boolean("is not true or false. Write true or false").default(false),
});

/** Settings of both targets. */
export const shared = {
  /** Public URL, also the base of links in mails. A change restarts web and worker. */
  url: httpsUrl,
  image: image.default(versions.chatwootImage),
  /**
   * Image that is deployed without the upgrade check, although it is older than the database's schema or too far ahead of
   * it. It applies only while `image` has the same value, so you can leave it set. A rollback sets it. Default: none.
   */
  uncheckedImage: image.optional(),
  migration: migration.prefault({}),
  /** Name of the account that the bootstrap creates in Chatwoot. */
  account: text,
  /** Super admin that the bootstrap creates, with a generated password. */
  admin: z.strictObject({
    /** Mail address of the super admin, used to sign in. */
    email,
    /** Name of the super admin in Chatwoot. */
    name: text.default("Administrator"),
  }),
  mail,
  /** Rails, which serves browsers and API clients. */
  web: z
    .strictObject({
      /** Number of machines or pods. Default: 1. */
      count: whole(1, 100).default(1),
      /** Memory of each machine or pod, in MiB. A change restarts them. Default: 1024. */
      memoryMb: memoryMb.default(1024),
      /** Puma threads and database connections of each machine or pod. A change restarts web. Default: 5. */
      threads: whole(1, 64).default(5),
    })
    .prefault({}),
  /** Sidekiq, which runs background jobs. */
  worker: z
    .strictObject({
      /** Number of machines or pods. Default: 1. */
      count: whole(1, 100).default(1),
      /** Memory of each machine or pod, in MiB. A change restarts them. Default: 1024. */
      memoryMb: memoryMb.default(1024),
      /** Sidekiq threads and database connections of each machine or pod. A change restarts the workers. Default: 10. */
      concurrency: whole(1, 64).default(10),
      groups: workerGroups.default({}),
    })
    .prefault({}),
  deliveries: deliveries.prefault({}),
  installation: installation.prefault({}),
  environment: environment.prefault({}),
  initializers: initializers.prefault({}),
  /** Support pipeline that receives the webhook of this Chatwoot. */
  support: support.optional(),
  rotation: rotation.prefault({}),
  webhooks: webhooks.default([]),
  inboxes: inboxes.default([]),
  agentBots: agentBots.default([]),
};
