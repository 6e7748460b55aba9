import type { SecretName } from "../../config/secrets.ts";
import type { VaultValue } from "./vault.ts";

type Vault = ReadonlyMap<string, VaultValue>;

/** The secret that each variable of a vault becomes. */
export const secretOf: Readonly<Record<string, SecretName>> = {
  DATABASE_URL: "databaseUrl",
  MIGRATION_DATABASE_URL: "migrationDatabaseUrl",
  FACTS_DATABASE_URL: "factsDatabaseUrl",
  REDIS_URL: "redisUrl",
  SMTP_PASSWORD: "smtpPassword",
  STORAGE_ACCESS_KEY_ID: "storageAccessKeyId",
  STORAGE_SECRET_ACCESS_KEY: "storageSecretAccessKey",
  AWS_ACCESS_KEY_ID: "storageAccessKeyId",
  AWS_SECRET_ACCESS_KEY: "storageSecretAccessKey",
  BACKUP_ACCESS_KEY_ID: "backupAccessKeyId",
  BACKUP_SECRET_ACCESS_KEY: "backupSecretAccessKey",
  OIDC_CLIENT_ID: "oidcClientId",
  OIDC_CLIENT_SECRET: "oidcClientSecret",
};

/** Variables that commands read from the environment. */
export const environmentNames = ["FLY_API_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"];

/** Variables that become settings of a new stack file. */
export const settingNames = [
  ...["FRONTEND_URL", "MAILER_SENDER_EMAIL"],
  ...["SMTP_ADDRESS", "SMTP_PORT", "SMTP_USERNAME", "SMTP_DOMAIN", "SMTP_AUTHENTICATION"],
  ...["SMTP_ENABLE_STARTTLS_AUTO", "SMTP_TLS", "SMTP_SSL"],
];

/** The relay of `chatwoot:mail`; undefined without SMTP_ADDRESS. */
export function relayOf(vault: Vault): Record<string, unknown> | undefined {
  const given = (name: string): string | undefined => vault.get(name)?.value;
  const address = given("SMTP_ADDRESS");
  if (address === undefined) return undefined;
  const [port, domain, username] = [given("SMTP_PORT"), given("SMTP_DOMAIN"), given("SMTP_USERNAME")];
  const authentication = username === undefined ? "none" : given("SMTP_AUTHENTICATION")?.toLowerCase();
  const tls = [given("SMTP_TLS"), given("SMTP_SSL")].includes("true")
    ? "tls"
    : given("SMTP_ENABLE_STARTTLS_AUTO") === "false" && "none";
  return {
    address,
    ...(port && { port: Number(port) }),
    ...(domain && { domain }),
    ...(username && { username }),
    ...(authentication && { authentication }),
    ...(tls && { tls }),
  };
}
