import { parseImage } from "../../lib/image-reference.ts";
import { chatwootEnvironment, replaceableNames } from "../../components/chatwoot/environment.ts";
import { bootstrapEnvironment } from "../../components/chatwoot/preparation.ts";
import { variablesVersion } from "../../config/chatwoot-variables.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { valueProblem } from "./variable-values.ts";
import { isSecretValue, judgeVariable } from "./variables.ts";

/** Rejects variables that cannot work, that are secret but open, or that are both open and secret. */
export function checkEnvironment(settings: PartialSettings, secretNames: readonly string[]): Problem[] {
  const open = settings.environment ?? {};
  const isKnown = hasKnownVariables(settings.image);
  return variablesOf(settings, secretNames).flatMap(({ key, name, isOpen, judged }): Problem[] => {
    if (judged !== undefined && !judged.byVersion) return [{ key, message: judged.message }];
    if (!isOpen && name in open) return [{ key, message: "is also in chatwoot:environment. Remove one of them" }];
    if (judged !== undefined) return isKnown ? [{ key, message: judged.message }] : [];
    if (isOpen && isSecretValue(name, open[name]))
      return [
        { key, message: "is a secret in the clear. Move it to the secret environmentSecrets, and replace the value" },
      ];
    const wrong = isOpen ? valueProblem(name, open[name] ?? "") : undefined;
    return wrong === undefined ? [] : [{ key, message: wrong }];
  });
}

/** Variables that the known version of Chatwoot does not read, for an image of another version. */
export function warnOfEnvironment(settings: PartialSettings, secretNames: readonly string[]): Problem[] {
  if (hasKnownVariables(settings.image)) return [];
  return variablesOf(settings, secretNames).flatMap(({ key, judged }) =>
    judged?.byVersion
      ? [{ key, message: `${judged.message}; this is known of Chatwoot ${variablesVersion} only` }]
      : [],
  );
}

function variablesOf(settings: PartialSettings, secretNames: readonly string[]) {
  const set = new Set(namesSet(settings));
  return [
    ...Object.keys(settings.environment ?? {}).map((name) => ({ key: `environment.${name}`, name, isOpen: true })),
    ...secretNames.map((name) => ({ key: `environmentSecrets.${name}`, name, isOpen: false })),
  ].map((variable) => ({ ...variable, judged: judgeVariable(variable.name, settings.target, set) }));
}

/** Whether an image is the one whose source the list of variables is from. A fork may read others. */
function hasKnownVariables(image: string | undefined): boolean {
  const { repository, tag } = parseImage(image ?? "");
  const isOfficial = repository.replace(/^docker\.io\//, "") === "chatwoot/chatwoot";
  return isOfficial && [`v${variablesVersion}`, `v${variablesVersion}-ce`].includes(tag ?? "");
}

/** Rejects settings of the super admin pages that are secret but open, or both open and secret. */
export function checkInstallation({ installation = {} }: PartialSettings, secretNames: readonly string[]): Problem[] {
  return [
    ...Object.entries(installation)
      .filter(([name, value]) => !secretNames.includes(name) && isSecretValue(name, value))
      .map(([name]) => ({
        key: `installation.${name}`,
        message: "is a secret in the clear. Move it to the secret installationSecrets, and replace the value",
      })),
    ...secretNames
      .filter((name) => name in installation)
      .map((name) => ({
        key: `installationSecrets.${name}`,
        message: "is also in chatwoot:installation. Remove one of them",
      })),
  ];
}

/** Names in the environment of these settings; empty if a part of the settings is invalid. */
function namesSet(settings: PartialSettings): string[] {
  const { url, mail, web, worker, storage, account, admin } = settings;
  if (!url || !mail || !web || !worker || !storage || !account || !admin) return [];
  const keys = { primaryKey: "", deterministicKey: "", keyDerivationSalt: "" };
  const { target } = settings;
  const parts = [
    chatwootEnvironment({
      config: {
        ...{ url, mail, web, worker, storage, target },
        environment: {},
        deliveries: { allowPrivateNetwork: true },
        webhooks: [{ url, events: ["inbox_created"], enabled: true }],
      },
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
  return parts
    .flatMap((part) => [...Object.keys(part.settings), ...Object.keys(part.secrets)])
    .filter((name) => !replaceableNames.includes(name));
}
