import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Variables from other guides that Chatwoot does not read, with the setting to use instead. */
const neverRead: Record<string, string> = {
  BACKEND_URL: "url, which becomes FRONTEND_URL",
  DEFAULT_FROM_EMAIL: "mail.sender, which becomes MAILER_SENDER_EMAIL",
  POSTGRES_USER: "databaseUrl, whose user becomes POSTGRES_USERNAME",
};

/** Variables that only a part of the deployment gets. */
const ownNames = ["DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "REDIS_PASSWORD"];

/** Rejects variables that the stack sets, that Chatwoot does not read, or that are both open and secret. */
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
          message: `is not read by Chatwoot. Remove it and set ${neverRead[name]}`,
        },
      ];
    if (set.has(name)) return [{ key, message: "is set by the stack. Remove it and use the corresponding setting" }];
    if (open.includes(name) && secretNames.includes(name) && key.startsWith("environmentSecrets"))
      return [{ key, message: "is also in chatwoot:environment. Remove one of them" }];
    return [];
  });
}

/** Rejects settings of the super admin pages that are both open and secret. */
export function checkInstallation({ installation = {} }: PartialSettings, secretNames: readonly string[]): Problem[] {
  return secretNames
    .filter((name) => name in installation)
    .map((name) => ({
      key: `installationSecrets.${name}`,
      message: "is also in chatwoot:installation. Remove one of them",
    }));
}

/** Names in the environment of these settings; empty if a part of the settings is invalid. */
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
