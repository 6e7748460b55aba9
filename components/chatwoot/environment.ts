import type { ClaimConfig, S3Config, SharedConfig, TigrisConfig } from "../../config/schema.ts";
import { regionOf } from "../../lib/s3-endpoint.ts";
import { inboundMailSecret } from "../../config/inbound-mail.ts";
import type { PostgresUrl } from "../../lib/postgres-url.ts";
import type { EncryptionKeys } from "../../config/kept-secrets.ts";

/**
 * Chatwoot's environment, split into open settings and secrets. The names are those that Chatwoot reads; every process gets
 * the same environment. `Secret` is the type of secret values: text in tests, an `Output` in the program, so that every
 * preview knows the names.
 */
export interface ChatwootEnvironment<Secret> {
  settings: Record<string, string>;
  secrets: Record<string, Secret>;
}

export interface EnvironmentArgs<Secret> {
  config: Pick<SharedConfig, "url" | "mail" | "web" | "worker" | "environment"> &
    Partial<Pick<SharedConfig, "deliveries" | "webhooks" | "support">> & {
      target: "fly" | "kubernetes";
      storage: S3Config | TigrisConfig | ClaimConfig;
    };
  database: PostgresUrl<Secret>;
  /** File of the database's certificate authority. Default: the system's authorities. */
  databaseAuthority?: string | undefined;
  /** An address with the password, or an open address and a separate password. */
  redis: { url: Secret } | ({ url: Secret } & RedisTls<Secret>) | { openUrl: string; password: Secret };
  /** Whether Rails redirects http to https. Default: true. */
  forceSsl?: boolean;
  secretKeyBase: Secret;
  encryptionKeys: EncryptionKeys<Secret>;
  /** Required by S3 storage. */
  storageKeys?: { accessKeyId: Secret; secretAccessKey: Secret } | undefined;
  /** Required by a relay with authentication. */
  smtpPassword?: Secret | undefined;
  /** Secret variables from environmentSecrets, by name. */
  environmentSecrets?: Record<string, Secret>;
  /** Required by inbound mail. */
  inboundMailPassword?: Secret | undefined;
}

/** How Chatwoot reaches a Redis of others. */
interface RedisTls<Secret> {
  /** The password alone, because the chart has a default for it. */
  password: Secret;
  verify: "peer" | "none";
  /** File of the certificate authority. Default: the system's authorities. */
  authority: string | undefined;
  disableClientCommand: boolean;
}

export function chatwootEnvironment<Secret>(args: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  const parts = [
    rails(args),
    postgres(args),
    redis(args),
    storage(args),
    mail(args),
    inboundMail(args),
    deliveries(args),
  ];
  return {
    settings: Object.assign(
      {},
      replaceable(args),
      args.config.environment,
      ...parts.map((part) => part.settings),
    ) as Record<string, string>,
    secrets: Object.assign({}, args.environmentSecrets, ...parts.map((part) => part.secrets)) as Record<string, Secret>,
  };
}

function rails<Secret>({
  config,
  forceSsl = true,
  secretKeyBase,
  encryptionKeys,
}: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  return {
    settings: {
      RAILS_ENV: "production",
      NODE_ENV: "production",
      RAILS_LOG_TO_STDOUT: "true",
      FRONTEND_URL: config.url,
      // The edge ends TLS on both targets, and probes send the header that it sends.
      FORCE_SSL: String(forceSsl),
      // Only a label in Chatwoot's statistics.
      INSTALLATION_ENV: config.target,
      // Effective until the bootstrap sets the row in the database.
      ENABLE_ACCOUNT_SIGNUP: "false",
      RAILS_MAX_THREADS: String(config.web.threads),
      SIDEKIQ_CONCURRENCY: String(config.worker.concurrency),
    },
    secrets: {
      SECRET_KEY_BASE: secretKeyBase,
      ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: encryptionKeys.primaryKey,
      ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: encryptionKeys.deterministicKey,
      ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: encryptionKeys.keyDerivationSalt,
    },
  };
}

/** Defaults that `environment` replaces. */
function replaceable<Secret>({ config }: EnvironmentArgs<Secret>): Record<string, string> {
  return {
    ...mobileApps,
    // The only callback that Chatwoot serves. Google's client must list it.
    ...(config.environment["GOOGLE_OAUTH_CLIENT_ID"] === undefined
      ? {}
      : { GOOGLE_OAUTH_CALLBACK_URL: `${config.url}/omniauth/google_oauth2/callback` }),
  };
}

/**
 * Chatwoot's own mobile apps (`.env.example` of Chatwoot 4.16.2), so that links open in them. Chatwoot has no defaults for
 * these variables; an app that you build has its own values.
 */
const mobileApps = {
  IOS_APP_ID: "L7YLMN4634.com.chatwoot.app",
  ANDROID_BUNDLE_ID: "com.chatwoot.app",
  ANDROID_SHA256_CERT_FINGERPRINT:
    "AC:73:8E:DE:EB:56:EA:CC:10:87:02:A7:65:37:7B:38:D4:5D:D4:53:F8:3B:FB:D3:C6:28:64:1D:AA:08:1E:D8",
};

/** Variables with a default that `environment` replaces. */
export const replaceableNames: readonly string[] = [...Object.keys(mobileApps), "GOOGLE_OAUTH_CALLBACK_URL"];

/** What Chatwoot sends to webhooks and bots, and where. */
function deliveries<Secret>({ config }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  const { webhooks = [], support } = config;
  const events = [...webhooks, ...(support === undefined ? [] : [support])].flatMap((each) => each.events);
  const settings: Record<string, string> = {};
  if (config.deliveries?.allowPrivateNetwork === true) settings["SAFE_FETCH_ALLOW_PRIVATE_NETWORK"] = "true";
  // Without it, Chatwoot accepts these subscriptions and sends nothing.
  if (events.some((event) => event === "inbox_created" || event === "inbox_updated"))
    settings["ENABLE_INBOX_EVENTS"] = "true";
  return { settings, secrets: {} };
}

function postgres<Secret>({ database, databaseAuthority }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  return {
    settings: {
      POSTGRES_HOST: database.host,
      POSTGRES_PORT: String(database.port),
      POSTGRES_USERNAME: database.username,
      POSTGRES_DATABASE: database.database,
      // Chatwoot's database.yml has no key for it; libpq reads the variable.
      ...(database.sslMode === undefined ? {} : { PGSSLMODE: database.sslMode }),
      ...(databaseAuthority === undefined ? {} : { PGSSLROOTCERT: databaseAuthority }),
    },
    secrets: { POSTGRES_PASSWORD: database.password },
  };
}

function redis<Secret>({ redis: address }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  if ("verify" in address)
    return {
      settings: {
        ...(address.verify === "none" ? { REDIS_OPENSSL_VERIFY_MODE: "none" } : {}),
        ...(address.authority === undefined ? {} : { REDIS_AUTHORITY_FILE: address.authority }),
        ...(address.disableClientCommand ? { REDIS_DISABLE_CLIENT_COMMAND: "true" } : {}),
      },
      secrets: { REDIS_URL: address.url, REDIS_PASSWORD: address.password },
    };
  if ("url" in address) return { settings: {}, secrets: { REDIS_URL: address.url } };
  return { settings: { REDIS_URL: address.openUrl }, secrets: { REDIS_PASSWORD: address.password } };
}

function storage<Secret>({ config, storageKeys }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  if (config.storage.kind === "claim") return { settings: { ACTIVE_STORAGE_SERVICE: "local" }, secrets: {} };
  const store = config.storage.kind === "tigris" ? { ...config.storage, ...tigrisStore } : config.storage;
  return {
    settings: {
      ACTIVE_STORAGE_SERVICE: "s3_compatible",
      STORAGE_BUCKET_NAME: store.bucket,
      STORAGE_ENDPOINT: store.endpoint,
      STORAGE_REGION: regionOf(store),
      STORAGE_FORCE_PATH_STYLE: String(store.forcePathStyle),
      // Several S3-compatible stores reject the newer checksums of the AWS client.
      AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
      AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
    },
    secrets: storageKeys
      ? { STORAGE_ACCESS_KEY_ID: storageKeys.accessKeyId, STORAGE_SECRET_ACCESS_KEY: storageKeys.secretAccessKey }
      : {},
  };
}

/** Endpoint of Tigris, which addresses buckets by host name (https://www.tigrisdata.com/docs/sdks/s3/). */
const tigrisStore = { endpoint: "https://fly.storage.tigris.dev", region: "auto", forcePathStyle: false };

function mail<Secret>({ config, smtpPassword }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  const { sender, smtp } = config.mail;
  const settings: Record<string, string> = { MAILER_SENDER_EMAIL: sender };
  if (smtp === undefined) return { settings, secrets: {} };
  settings["SMTP_ADDRESS"] = smtp.address;
  settings["SMTP_PORT"] = String(smtp.port);
  if (smtp.domain !== undefined) settings["SMTP_DOMAIN"] = smtp.domain;
  settings["SMTP_ENABLE_STARTTLS_AUTO"] = String(smtp.tls === "starttls");
  if (smtp.tls === "tls") settings["SMTP_TLS"] = "true";
  if (smtp.tls !== "none") settings["SMTP_OPENSSL_VERIFY_MODE"] = smtp.verify;
  // Even an empty user name makes Ruby's client authenticate, so a relay without authentication gets none of the three.
  if (smtp.authentication === "none") return { settings, secrets: {} };
  settings["SMTP_AUTHENTICATION"] = smtp.authentication;
  if (smtp.username !== undefined) settings["SMTP_USERNAME"] = smtp.username;
  return { settings, secrets: smtpPassword === undefined ? {} : { SMTP_PASSWORD: smtpPassword } };
}

function inboundMail<Secret>({ config, inboundMailPassword }: EnvironmentArgs<Secret>): ChatwootEnvironment<Secret> {
  const { inbound } = config.mail;
  if (inbound === undefined) return { settings: {}, secrets: {} };
  const secret = inboundMailSecret(inbound.service);
  return {
    settings: {
      MAILER_INBOUND_EMAIL_DOMAIN: inbound.domain,
      RAILS_INBOUND_EMAIL_SERVICE: inbound.service,
      ...(inbound.snsTopic === undefined ? {} : { ACTION_MAILBOX_SES_SNS_TOPIC: inbound.snsTopic }),
    },
    secrets: secret === undefined || inboundMailPassword === undefined ? {} : { [secret]: inboundMailPassword },
  };
}
