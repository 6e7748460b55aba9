import { z } from "zod";
import { inboundMailServices } from "../inbound-mail.ts";
import { versions } from "../versions.ts";
import { agentBots } from "./agent-bots.ts";
import { inboxes } from "./inboxes.ts";
import { rotation } from "./rotation.ts";
import { support } from "./support.ts";
import { webhooks } from "./webhooks.ts";
import { email, httpsUrl, memoryMb, sender, text, whole } from "./words.ts";

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
  /** Port of the relay. Default 587. */
  port: whole(1, 65535).default(587),
  /** HELO domain; default the relay's choice. */
  domain: text.optional(),
  /** Who signs in at the relay, with the secret smtpPassword; left out where authentication is none. */
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

const inbound = z.strictObject({
  /** Domain of reply addresses; its MX record leads to the service. */
  domain: text,
  /** Who hands the mail over, authenticated by the secret inboundMailPassword. Default relay: a mail server of your own. */
  service: z
    .enum(inboundMailServices, "is not known. Use relay, mailgun, mandrill, postmark or sendgrid")
    .default("relay"),
});

/** Mail that goes out and comes in. */
const mail = z.strictObject({
  /** From address of everything that Chatwoot sends. */
  sender,
  /** Without it no mail is sent. */
  smtp: smtp.optional(),
  /** Mail that comes in: replies to conversations, and mail channels. Default none. */
  inbound: inbound.optional(),
});

/**
 * Settings that Chatwoot keeps in its database, by the names of its super admin pages, such as INSTALLATION_NAME. The
 * bootstrap writes them at every deploy, so a change made by hand in those pages lasts until the next one.
 */
const installation = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is not the name of a setting. Use capital letters, digits and underscores"),
  z.union([z.string(), z.number(), z.boolean()], "is not a text, a number, true or false. Use one of them"),
);

/** Environment variables beyond those that this program sets. They are open: anybody who can read the app reads them. */
const environment = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/, "is not the name of a variable. Use capital letters, digits and underscores"),
  z.string("is not text. Put it in quotation marks"),
);

/** What both targets take, with the same meaning. */
export const shared = {
  /** Public address, also the base of every link in mails. A change restarts web and worker. */
  url: httpsUrl,
  image: image.default(versions.chatwootImage),
  /**
   * An image that is deployed although it is older than the schema of the database, or too far ahead of it. Holds while
   * `image` is the same, so it may stay; set by a rollback. Default none.
   */
  uncheckedImage: image.optional(),
  /** Name of the Chatwoot account that the bootstrap creates. */
  account: text,
  /** The super admin that the bootstrap creates; the password is generated. */
  admin: z.strictObject({
    /** Signs in with it. */
    email,
    /** As Chatwoot shows it. */
    name: text.default("Administrator"),
  }),
  mail,
  /** Rails, which answers browsers and API clients. */
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
  /** Sidekiq, which works in the background. */
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
  installation: installation.prefault({}),
  environment: environment.prefault({}),
  /** The support pipeline that listens to this Chatwoot. */
  support: support.optional(),
  rotation: rotation.prefault({}),
  webhooks: webhooks.default([]),
  inboxes: inboxes.default([]),
  agentBots: agentBots.default([]),
};
