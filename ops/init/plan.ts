import type { Problem } from "../../config/problems.ts";
import type { Target } from "../../config/schema.ts";
import { secretKeys, secretNames, type SecretName } from "../../config/secrets.ts";
import { readSettings } from "../../stacks/parse.ts";
import { environmentNames, secretOf, settingNames } from "./known-names.ts";
import type { VaultValue } from "./vault.ts";

export interface SecretsPlan {
  store: { name: SecretName; value: string; variable: string; file: string }[];
  /** Secrets that the stack file already has. */
  kept: SecretName[];
  /** Secrets that these settings require and that neither the file nor the vault has. */
  missing: SecretName[];
  /** Variables that commands read from the environment. */
  exported: { variable: string; file: string }[];
  /** Other variables of the vault. */
  unused: string[];
}

const namespace = "chatwoot:";

/** Decides what happens to each variable of a vault. */
export function planSecrets(
  config: Readonly<Record<string, unknown>>,
  encrypted: readonly string[],
  vault: ReadonlyMap<string, VaultValue>,
): SecretsPlan {
  const settings = settingsOf(config);
  const isSet = (name: SecretName): boolean => encrypted.includes(`${namespace}${name}`);
  const plan: SecretsPlan = { store: [], kept: secretNames.filter(isSet), missing: [], exported: [], unused: [] };
  for (const [variable, { value, file }] of vault) {
    const name = secretOf[variable];
    if (environmentNames.includes(variable)) plan.exported.push({ variable, file });
    else if (settingNames.includes(variable)) continue;
    else if (name === undefined || !secretKeys[name].allowed(settings)) plan.unused.push(variable);
    else if (!isSet(name) && !plan.store.some((other) => other.name === name))
      plan.store.push({ name, value, variable, file });
  }
  plan.missing = secretNames.filter(
    (name) => secretKeys[name].required(settings) && !isSet(name) && !plan.store.some((each) => each.name === name),
  );
  return plan;
}

function settingsOf(config: Readonly<Record<string, unknown>>) {
  const values = Object.entries(config)
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => [key.slice(namespace.length), typeof value === "string" ? value : JSON.stringify(value)]);
  const known = Object.fromEntries(values) as Record<string, string>;
  const target: Target = known["target"] === "kubernetes" ? "kubernetes" : "fly";
  // The preview reports the problems of the settings.
  const problems: Problem[] = [];
  return readSettings(target, known, problems);
}
