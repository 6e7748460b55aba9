import type { z } from "zod";
import type { KeptSecrets } from "../config/kept-secrets.ts";
import { crossCheck, crossWarn } from "./checks/checks.ts";
import { readAddresses, type Addresses } from "./checks/addresses.ts";
import { flyConnections, type FlyConnections } from "./checks/connections.ts";
import { readRedisAddress } from "./checks/redis-address.ts";
import { checkSecretMap, checkSecretValues } from "./checks/secret-values.ts";
import { checkSizes } from "./checks/sizes.ts";
import { checkKeptSecrets, keptSecrets } from "./checks/kept-secrets.ts";
import { ConfigError, describeIssues, unknownKey, type Problem } from "../config/problems.ts";
import { configSchema, schemas, type FlyConfig, type KubernetesConfig, type Target } from "../config/schema.ts";
import { readSecretMap } from "../config/secret-map.ts";
import type { RedisUrl } from "../lib/redis-url.ts";
import { parseJson } from "../lib/json.ts";
import { secretKeys, secretNames, type PartialSettings, type SecretName } from "../config/secrets.ts";

/** A stack's configuration from Pulumi: values by key without the namespace, and the keys that are encrypted. */
export interface RawConfig {
  stack: string;
  values: Readonly<Record<string, string>>;
  encrypted: ReadonlySet<string>;
}

/** A configuration that passed every check. */
export type ParsedConfig = ParsedFly | ParsedKubernetes;

interface ParsedFly extends ParsedParts {
  target: "fly";
  settings: FlyConfig;
  /** Database connections of the deployment. */
  connections: FlyConnections;
}

interface ParsedKubernetes extends ParsedParts {
  target: "kubernetes";
  settings: KubernetesConfig;
}

interface ParsedParts {
  secrets: Partial<Record<SecretName, string>>;
  addresses: Addresses;
  /** Parts of `redisUrl`; undefined if it is not set. */
  redisAddress: RedisUrl | undefined;
  /** Secret environment variables from environmentSecrets, by name. */
  environmentSecrets: Record<string, string>;
  /** Existing secrets of an adopted Chatwoot. */
  kept: KeptSecrets<string>;
  /** What works only in some cases. */
  warnings: Problem[];
}

/** Throws a `ConfigError` that lists every problem at once. */
export function parseConfig(raw: RawConfig): ParsedConfig {
  const values = withoutEmpty(raw.values);
  const target = targetOf(values);
  const problems: Problem[] = [];
  if (target === undefined || values["target"] !== target) {
    const found = values["target"] === undefined ? "is missing" : `is ${JSON.stringify(values["target"])}`;
    problems.push({ key: "target", message: `${found}. Set it to fly or kubernetes` });
  }
  if (target === undefined) throw new ConfigError(raw.stack, problems);

  const settings = readSettings(target, values, problems);
  const secrets = readSecrets(settings, raw, values, problems);
  const { addresses, problems: unreadable, warnings } = readAddresses(secrets);
  const { redisAddress, problems: unreadableRedis } = readRedisAddress(secrets.redisUrl);
  const environment = readSecretMap("environmentSecrets", secrets.environmentSecrets);
  const installation = readSecretMap("installationSecrets", secrets.installationSecrets);
  const inboxes = readSecretMap("inboxSecrets", secrets.inboxSecrets);
  const kept = readSecretMap("keptSecrets", secrets.keptSecrets);
  const parts = {
    settings,
    addresses,
    redisAddress,
    keptSecrets: Object.keys(kept.values),
    environmentSecrets: Object.keys(environment.values),
    installationSecrets: Object.keys(installation.values),
    // If they are missing or invalid, only that is reported.
    inboxSecrets: secrets.inboxSecrets && inboxes.problems.length === 0 ? Object.keys(inboxes.values) : undefined,
  };
  problems.push(...unreadable, ...unreadableRedis, ...checkSecretValues(secrets));
  for (const [name, map] of Object.entries({
    environmentSecrets: environment,
    installationSecrets: installation,
    inboxSecrets: inboxes,
    keptSecrets: kept,
  }))
    problems.push(...map.problems, ...checkSecretMap(name, map.values));
  problems.push(...checkKeptSecrets(kept.values, target), ...crossCheck(parts));
  if (problems.length > 0) throw new ConfigError(raw.stack, problems);
  const whole = configSchema.parse(settings);
  const large = checkSizes({
    config: whole,
    database: addresses.databaseUrl,
    migratesDirectly: addresses.migrationDatabaseUrl !== undefined,
    environmentSecrets: environment.values,
    installationSecrets: secrets.installationSecrets,
    inboxSecrets: secrets.inboxSecrets,
  });
  if (large.length > 0) throw new ConfigError(raw.stack, large);
  const checked = {
    secrets,
    addresses,
    redisAddress,
    environmentSecrets: environment.values,
    kept: keptSecrets(kept.values),
    warnings: [...warnings, ...crossWarn(parts)],
  };
  return whole.target === "fly"
    ? { target: "fly", settings: whole, connections: flyConnections(whole, addresses), ...checked }
    : { target: "kubernetes", settings: whole, ...checked };
}

/** Every key has an empty default in Pulumi.yaml, because Pulumi requires keys without a default. */
function withoutEmpty(values: RawConfig["values"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value.trim() !== "" && value !== "{}" && value !== "[]"),
  );
}

/** The target; if it is invalid, the target of the other keys, so that their problems are reported too. */
function targetOf(values: Record<string, string>): Target | undefined {
  const named = values["target"];
  if (named === "fly" || named === "kubernetes") return named;
  if ("fly" in values) return "fly";
  return "kubernetes" in values ? "kubernetes" : undefined;
}

/** Reads the settings of a target, and adds what is wrong with them to `problems`. */
export function readSettings(target: Target, values: Record<string, string>, problems: Problem[]): PartialSettings {
  const shape: Record<string, z.ZodType> = schemas[target].shape;
  const known = [...Object.keys(shape), ...secretNames];
  for (const name of Object.keys(values).filter((key) => !known.includes(key))) {
    const elsewhere = Object.entries(schemas).find(([, schema]) => name in schema.shape)?.[0];
    const message =
      elsewhere === undefined
        ? unknownKey(name, known)
        : `is a setting of the ${elsewhere} target, but this stack's target is ${target}. Remove it`;
    problems.push({ key: name, message });
  }
  const settings: Record<string, unknown> = { target };
  for (const [key, schema] of Object.entries(shape)) {
    if (key === "target") continue;
    const value = readJson(values[key]);
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) settings[key] = result.data;
    else problems.push(...describeIssues(key, schema, result.error.issues));
  }
  return settings as PartialSettings;
}

/** Pulumi passes objects and lists as JSON and other settings as text. */
function readJson(value: string | undefined): unknown {
  if (value === undefined || !/^\s*[[{]/.test(value)) return value;
  return parseJson(value) ?? value;
}

function readSecrets(
  settings: PartialSettings,
  { stack, encrypted }: RawConfig,
  values: Record<string, string>,
  problems: Problem[],
): ParsedConfig["secrets"] {
  // An invalid part may be the one that uses a secret.
  const settingsAreWhole = problems.length === 0;
  const secrets: ParsedConfig["secrets"] = {};
  for (const name of secretNames) {
    const { allowed, required } = secretKeys[name];
    const command = `\`pulumi config set --secret chatwoot:${name} --stack ${stack}\``;
    const value = values[name];
    if (value === undefined) {
      if (required(settings)) problems.push({ key: name, message: `is missing. Run ${command}` });
    } else if (!allowed(settings) && settingsAreWhole) {
      problems.push({
        key: name,
        message: `is not used by these settings. Run \`pulumi config rm chatwoot:${name} --stack ${stack}\``,
      });
    } else if (!encrypted.has(name)) {
      problems.push({ key: name, message: `is stored in plain text. Encrypt it: ${command}` });
    } else secrets[name] = value;
  }
  return secrets;
}
