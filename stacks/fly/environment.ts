import type * as pulumi from "@pulumi/pulumi";
import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { databaseUrlOf, withTls } from "../../components/chatwoot/database.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import { inboundMailSecret, inboundMailServices } from "../../config/inbound-mail.ts";
import type { FlyStackConfig } from "../load.ts";
import type { FlyStack } from "./stack.ts";

type Secret = pulumi.Output<string>;

/** Environment of Chatwoot's machines. */
export interface FlyEnvironment {
  settings: Record<string, string>;
  secrets: Record<string, Secret>;
  /** Secrets of an earlier configuration to remove from the app. */
  retired: string[];
}

/** Secrets that depend on settings. */
const optionalSecrets = [
  "DATABASE_URL",
  "MIGRATION_DATABASE_URL",
  "REDIS_PASSWORD",
  "SMTP_PASSWORD",
  "STORAGE_ACCESS_KEY_ID",
  "STORAGE_SECRET_ACCESS_KEY",
  "BOOTSTRAP_INSTALLATION_SECRETS",
  "BOOTSTRAP_INBOX_SECRETS",
  ...new Set(inboundMailServices.flatMap((service) => inboundMailSecret(service) ?? [])),
];

export function environmentOnFly({ config, secrets, database }: FlyStack, redis: { url: Secret }): FlyEnvironment {
  const { optionalSecret } = config;
  const chatwoot = chatwootEnvironment({
    config: config.settings,
    database,
    redis: { url: redis.url },
    secretKeyBase: secrets.secretKeyBase,
    encryptionKeys: secrets.encryptionKeys,
    storageKeys: storageKeysOf(config),
    smtpPassword: optionalSecret("smtpPassword"),
    inboundMailPassword: optionalSecret("inboundMailPassword"),
    environmentSecrets: config.environmentSecrets,
  });
  const bootstrap = bootstrapEnvironment(
    config.settings,
    secrets,
    optionalSecret("installationSecrets"),
    optionalSecret("inboxSecrets"),
  );
  // Ruby refuses characters in an address that PostgreSQL's own programs accept.
  const migrationUrl = config.migrationDatabase && databaseUrlOf(withTls(config.migrationDatabase));
  const settings = { ...chatwoot.settings, ...bootstrap.settings };
  const all = {
    ...chatwoot.secrets,
    ...bootstrap.secrets,
    ...(migrationUrl ? { MIGRATION_DATABASE_URL: migrationUrl } : {}),
  };
  const retired = [...Object.keys(settings), ...optionalSecrets].filter((name) => !(name in all));
  return { settings, secrets: all, retired };
}

function storageKeysOf({ settings, secret }: FlyStackConfig) {
  if (settings.storage.kind !== "s3") return undefined;
  return { accessKeyId: secret("storageAccessKeyId"), secretAccessKey: secret("storageSecretAccessKey") };
}
