import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** What runbooks set and Chatwoot never reads, with what it does read. */
const neverRead: Record<string, string> = {
  BACKEND_URL: "url, which becomes FRONTEND_URL",
  DEFAULT_FROM_EMAIL: "mail.sender, which becomes MAILER_SENDER_EMAIL",
  POSTGRES_USER: "databaseUrl, whose user becomes POSTGRES_USERNAME",
};

/** Set for a part of the deployment alone, so the settings do not show them. */
const ownNames = ["DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "REDIS_PASSWORD"];

/** Variables of the user's own: none that this program sets, none that nobody reads, and no secret in the clear. */
export function checkEnvironment(settings: PartialSettings, secretNames: readonly string[]): Problem[] {
  const set = new Set([...namesSet(settings), ...ownNames]);
  const open = Object.keys(settings.environment ?? {});
  return [
    ...open.map((name) => ({ key: `environment.${name}`, name })),
    ...secretNames.map((name) => ({ key: `environmentSecrets.${name}`, name })),
  ].flatMap(({ key, name }): Problem[] => {
    if (name in neverRead)
      return [
        {
          key,
          message: `is a variable that Chatwoot never reads. Remove it; what it is meant to say is in ${neverRead[name]}`,
        },
      ];
    if (set.has(name))
      return [{ key, message: "is set by this program. Remove it, and use the setting that it comes from" }];
    if (open.includes(name) && secretNames.includes(name) && key.startsWith("environmentSecrets"))
      return [{ key, message: "is in chatwoot:environment too. Remove one of the two" }];
    return [];
  });
}

/** Settings of the super admin pages: none both open and secret. */
export function checkInstallation({ installation = {} }: PartialSettings, secretNames: readonly string[]): Problem[] {
  return secretNames
    .filter((name) => name in installation)
    .map((name) => ({
      key: `installationSecrets.${name}`,
      message: "is in chatwoot:installation too. Remove one of the two",
    }));
}

/** The names that the environment of these settings has; empty while a part of them could not be read. */
function namesSet(settings: PartialSettings): string[] {
  const { url, mail, web, worker, storage, account, admin } = settings;
  if (!url || !mail || !web || !worker || !storage || !account || !admin) return [];
  const keys = { primaryKey: "", deterministicKey: "", keyDerivationSalt: "" };
  const { target } = settings;
  const parts = [
    chatwootEnvironment({
      config: { url, mail, web, worker, storage, target, environment: {} },
      database: { host: "", port: 5432, username: "", password: "", database: "", sslMode: "require" },
      ...(target === "kubernetes" ? { databaseAuthority: "" } : {}),
      redis: { url: "" },
      secretKeyBase: "",
      encryptionKeys: keys,
      storageKeys: { accessKeyId: "", secretAccessKey: "" },
      smtpPassword: "",
      inboundMailPassword: "",
    }),
    bootstrapEnvironment(
      { account, admin, support: undefined, installation: {} },
      { adminPassword: "", apiToken: "", webhookSecret: "" },
    ),
  ];
  return parts.flatMap((part) => [...Object.keys(part.settings), ...Object.keys(part.secrets)]);
}
