import { closest } from "fastest-levenshtein";
import { installationOnly, readVariables } from "../../config/chatwoot-variables.ts";
import type { Target } from "../../config/schema.ts";

/** The setting to use instead of a variable, by target where they differ; undefined if there is none. */
type Instead = string | Readonly<Record<Target, string>> | undefined;

const database = { fly: "databaseUrl", kubernetes: "kubernetes.postgres" };
const redis = { fly: "fly.redis", kubernetes: "kubernetes.redis" };

/** Variables that the stack sets in some configuration, with the setting that they come from. */
const setByStack: Readonly<Record<string, Instead>> = {
  RAILS_ENV: undefined,
  NODE_ENV: undefined,
  RAILS_LOG_TO_STDOUT: undefined,
  INSTALLATION_ENV: undefined,
  FORCE_SSL: undefined,
  UPGRADE_CHECK: "uncheckedImage",
  FRONTEND_URL: "url",
  ENABLE_ACCOUNT_SIGNUP: "installation.ENABLE_ACCOUNT_SIGNUP",
  RAILS_MAX_THREADS: "web.threads",
  RAILS_MIN_THREADS: "web.threads",
  SIDEKIQ_CONCURRENCY: "worker.concurrency",
  SECRET_KEY_BASE: "keptSecrets",
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "keptSecrets",
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "keptSecrets",
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "keptSecrets",
  DATABASE_URL: database,
  MIGRATION_DATABASE_URL: { fly: "migrationDatabaseUrl", kubernetes: "kubernetes.postgres" },
  POSTGRES_HOST: database,
  POSTGRES_PORT: database,
  POSTGRES_DATABASE: database,
  POSTGRES_USERNAME: database,
  POSTGRES_PASSWORD: database,
  PGSSLMODE: database,
  PGSSLROOTCERT: database,
  REDIS_URL: redis,
  REDIS_PASSWORD: redis,
  REDIS_SENTINELS: redis,
  REDIS_SENTINEL_MASTER_NAME: redis,
  REDIS_SENTINEL_PASSWORD: redis,
  ACTIVE_STORAGE_SERVICE: "storage.kind",
  S3_BUCKET_NAME: "storage.bucket",
  STORAGE_BUCKET_NAME: "storage.bucket",
  STORAGE_ENDPOINT: "storage.endpoint",
  STORAGE_REGION: "storage.region",
  STORAGE_FORCE_PATH_STYLE: "storage.forcePathStyle",
  STORAGE_ACCESS_KEY_ID: "storageAccessKeyId",
  STORAGE_SECRET_ACCESS_KEY: "storageSecretAccessKey",
  SMTP_ADDRESS: "mail.smtp.address",
  SMTP_PORT: "mail.smtp.port",
  SMTP_DOMAIN: "mail.smtp.domain",
  SMTP_USERNAME: "mail.smtp.username",
  SMTP_PASSWORD: "smtpPassword",
  SMTP_AUTHENTICATION: "mail.smtp.authentication",
  SMTP_ENABLE_STARTTLS_AUTO: "mail.smtp.tls",
  SMTP_TLS: "mail.smtp.tls",
  SMTP_SSL: "mail.smtp.tls",
  SMTP_OPENSSL_VERIFY_MODE: "mail.smtp.verify",
  MAILER_SENDER_EMAIL: "mail.sender",
  MAILER_INBOUND_EMAIL_DOMAIN: "mail.inbound.domain",
  RAILS_INBOUND_EMAIL_SERVICE: "mail.inbound.service",
  RAILS_INBOUND_EMAIL_PASSWORD: "inboundMailPassword",
  MAILGUN_INGRESS_SIGNING_KEY: "inboundMailPassword",
  MANDRILL_INGRESS_API_KEY: "inboundMailPassword",
};

/** Variables that break what the stack deploys, as "problem. Fix". */
const breaking: Readonly<Record<string, string>> = {
  CW_API_ONLY_SERVER: "removes the dashboard. Remove it",
  WEB_CONCURRENCY:
    "starts several processes of web, each with web.threads database connections that the connection budget does not count. Remove it and raise web.count",
  DISABLE_ENTERPRISE:
    "disables a part of the image. Remove it and set image to a tag that ends with -ce, which does not have it",
  CW_EDITION: "is set by the image. Remove it and set image to a tag of the edition",
  LETTER_OPENER: "writes mail to files instead of sending it. Remove it",
  PORT: "is fixed: health checks and the proxy use port 3000. Remove it",
  PIDFILE: "is set by the image. Remove it",
  BUNDLE_GEMFILE: "is set by the image. Remove it",
  RAILS_SERVE_STATIC_FILES: "is set by the image, and without it no page has its scripts. Remove it",
};

/** Variables from other guides that Chatwoot does not read, with the setting to use instead. */
const guides: Readonly<Record<string, string>> = {
  BACKEND_URL: "url, which becomes FRONTEND_URL",
  DEFAULT_FROM_EMAIL: "mail.sender, which becomes MAILER_SENDER_EMAIL",
  POSTGRES_USER: "databaseUrl, whose user becomes POSTGRES_USERNAME",
};

/** Variables that only tasks read, which you run by hand. */
const tasks =
  "ACCOUNT_ID BATCH_SIZE COUNT CSV_INPUT FROM IDS INBOX_ID INPUT LIMIT OUTPUT SCHEMA SLA_POLICY_ID STATUS".split(" ");

/** Names that gems, libraries and the runtime read. Chatwoot's .env.example has ELASTIC_APM_SERVER_URL, its source does not. */
const runtime =
  /^(RAILS|RACK|RUBY|RUBYOPT|BUNDLE|GEM|PUMA|SIDEKIQ|OTEL|AWS|AZURE|GOOGLE|GCE|SENTRY|NEW_RELIC|DD|DATADOG|ELASTIC_APM(?!_SERVER_URL$)|SCOUT|JUDOSCALE|OPENSEARCH|PG|LC|LD|MALLOC|SSL_CERT|NODE|GRPC|OPENSSL|VIPS|MAGICK|FLY)(_|[A-Z]+$|$)|^(TZ|LANG|LANGUAGE|HOME|PATH|TMPDIR|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|ALL_PROXY|G_SLICE|EXECJS_RUNTIME)$/;

const secretName =
  /(SECRET|PASSWORD|PASSPHRASE|CREDENTIALS|TOKEN|(PRIVATE_|ACCESS_|API_|LICENSE_|MASTER_|SECRET_|SERVER_|SIGNING_|SCOUT_|HMAC_)KEY)$/;

/** Tokens that Chatwoot shows to every visitor. */
const publicTokens = ["CHATWOOT_INBOX_TOKEN", "CHATWOOT_SUPPORT_WEBSITE_TOKEN", "CLOUD_ANALYTICS_TOKEN"];

function isSecretName(name: string): boolean {
  return secretName.test(name) && !publicTokens.includes(name);
}

/** Whether a value in the clear gives a secret away, by its name or as the password in an address. */
export function isSecretValue(name: string, value: unknown): boolean {
  if (value === "") return false;
  return isSecretName(name) || /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(String(value));
}

export interface Judged {
  /** "problem. Fix", without the final full stop. */
  message: string;
  /** Whether it depends on the version of Chatwoot. */
  byVersion: boolean;
}

/** What Chatwoot does with a variable; undefined if it is fine. `alsoSet` are the names that the stack sets now. */
export function judgeVariable(name: string, target: Target, alsoSet: ReadonlySet<string>): Judged | undefined {
  const always = (message: string): Judged => ({ message, byVersion: false });
  const byVersion = (message: string): Judged => ({ message, byVersion: true });
  if (name in guides) return always(`is not read by Chatwoot. Remove it and set ${guides[name]}`);
  if (name in setByStack) {
    const key = setByStack[name];
    const instead = typeof key === "object" ? key[target] : key;
    return always(`is set by the stack. Remove it${instead === undefined ? "" : ` and use ${instead}`}`);
  }
  if (alsoSet.has(name) || name.startsWith("BOOTSTRAP_"))
    return always("is set by the stack. Remove it and use the corresponding setting");
  const broken = breaking[name];
  if (broken !== undefined) return always(broken);
  if (tasks.includes(name))
    return byVersion("is read only by tasks that you run by hand. Remove it and set it for that command");
  if (installationOnly.includes(name))
    return byVersion(
      `is a setting of the super admin pages, not a variable. Move it to ${isSecretName(name) ? "the secret installationSecrets" : "installation"}`,
    );
  if (readVariables.includes(name) || runtime.test(name)) return undefined;
  return byVersion(`is not read by Chatwoot. Did you mean ${closest(name, readVariables)}? Otherwise remove it`);
}
