import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { bootstrapEnvironment, preparationFiles } from "../../components/chatwoot/preparation.ts";
import type { Problem } from "../../config/problems.ts";
import type { FlyConfig, KubernetesConfig } from "../../config/schema.ts";
import type { PostgresUrl } from "../../lib/postgres-url.ts";
import { importProblem } from "../../components/driver/secrets-encoding.ts";
import { machineConfigOf } from "../fly/machine-config.ts";
import { checkKubernetesSizes } from "./sizes-kubernetes.ts";

/** Linux's limit for one variable or argument of a program (MAX_ARG_STRLEN), without the byte that ends it. */
const longestVariable = 131_071;
/** Kubernetes' limit for the data of a ConfigMap or a Secret. */
const largestObject = 1_048_576;
/** Of the 2 MiB that Linux allows for a program's arguments and environment, without what the image and the platform add. */
const largestEnvironment = 2_000_000;

export interface SizedParts {
  config: FlyConfig | KubernetesConfig;
  database: PostgresUrl | undefined;
  migratesDirectly: boolean;
  environmentSecrets: Readonly<Record<string, string>>;
  /** JSON of `installationSecrets` and of `inboxSecrets`. */
  installationSecrets: string | undefined;
  inboxSecrets: string | undefined;
}

/** Rejects settings that are too large for the program that receives them, which would fail after other parts are deployed. */
export function checkSizes(parts: SizedParts): Problem[] {
  const { config, environmentSecrets } = parts;
  const chatwoot = chatwootSettings(parts);
  const bootstrap = bootstrapEnvironment(config, { adminPassword: "", apiToken: "", webhookSecret: "" }).settings;
  const variables = [
    ...Object.entries({ ...chatwoot, ...bootstrap }).map(([name, value]) => ({ key: keyOf(name), name, value })),
    ...Object.entries(environmentSecrets).map(([name, value]) => ({ key: `environmentSecrets.${name}`, name, value })),
    { key: "installationSecrets", name: "BOOTSTRAP_INSTALLATION_SECRETS", value: parts.installationSecrets ?? "" },
    { key: "inboxSecrets", name: "BOOTSTRAP_INBOX_SECRETS", value: parts.inboxSecrets ?? "" },
  ];
  const long = variables.filter(({ name, value }) => bytesOf({ [name]: value }) > longestVariable);
  if (long.length > 0)
    return long.map(({ key, name, value }) => ({
      key,
      message: `takes ${bytesOf({ [name]: value })} bytes as the variable ${name}, more than the ${longestVariable} that a program can get. Shorten it`,
    }));
  const total = variables.reduce((sum, { name, value }) => sum + bytesOf({ [name]: value }), 0);
  if (total > largestEnvironment)
    return [
      {
        key: variables.reduce((largest, each) => (each.value.length > largest.value.length ? each : largest)).key,
        message: `is in an environment of ${total} bytes, more than the ${largestEnvironment} that a program can get. Shorten or remove variables`,
      },
    ];
  if (config.target === "kubernetes")
    return [
      ...checkKubernetesSizes(config.kubernetes),
      ...checkObject("a ConfigMap", chatwoot),
      ...checkObject("a ConfigMap", {
        ...Object.fromEntries(preparationFiles.map(({ name, text }) => [name, text])),
        ...bootstrap,
      }),
      ...checkObject("a Secret", environmentSecrets, "environmentSecrets"),
    ];
  const secret = variables.filter(({ key }) => /^(environment|installation|inbox)Secrets/.test(key));
  const refused = secret.flatMap(({ key, name, value }): Problem[] => {
    const problem = importProblem(name, value);
    return problem === undefined
      ? []
      : [{ key, message: `${problem}, which flyctl cannot import. Choose another value` }];
  });
  if (refused.length > 0) return refused;
  return checkMachineConfig(config, { ...chatwoot, ...bootstrap }, parts.migratesDirectly);
}

function checkMachineConfig(config: FlyConfig, settings: Record<string, string>, migratesDirectly: boolean): Problem[] {
  const text = machineConfigOf(config, { settings, secrets: migratesDirectly ? { MIGRATION_DATABASE_URL: "" } : {} });
  const bytes = bytesOf({ STEP_MACHINE_CONFIG: text });
  if (bytes <= longestVariable) return [];
  const largest = largestOf(settings);
  return [
    {
      key: largest.key,
      message: `takes ${largest.bytes} bytes of a fly.toml of ${bytes}, more than the ${longestVariable} that the driver can get. Shorten it by ${bytes - longestVariable} bytes`,
    },
  ];
}

function checkObject(kind: string, data: Readonly<Record<string, string>>, key?: string): Problem[] {
  const bytes = bytesOf(data);
  if (bytes <= largestObject) return [];
  const largest = largestOf(data);
  return [
    {
      key: key ?? largest.key,
      message: `is in ${kind} of ${bytes} bytes, more than Kubernetes' limit of ${largestObject}. Shorten it by ${bytes - largestObject} bytes`,
    },
  ];
}

function largestOf(data: Readonly<Record<string, string>>): { key: string; bytes: number } {
  const sizes = Object.entries(data).map(([name, value]) => ({ key: keyOf(name), bytes: Buffer.byteLength(value) }));
  return sizes.reduce((largest, each) => (each.bytes > largest.bytes ? each : largest));
}

/** Bytes of `NAME=value` for each entry. */
function bytesOf(data: Readonly<Record<string, string>>): number {
  return Object.entries(data).reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value}`), 0);
}

const keys: Readonly<Record<string, string>> = {
  BOOTSTRAP_ACCOUNT: "account",
  BOOTSTRAP_ADMIN_NAME: "admin.name",
  BOOTSTRAP_INSTALLATION: "installation",
  BOOTSTRAP_WEBHOOKS: "webhooks",
  BOOTSTRAP_AGENT_BOTS: "agentBots",
  BOOTSTRAP_INBOXES: "inboxes",
  FRONTEND_URL: "url",
  MAILER_SENDER_EMAIL: "mail.sender",
};

const keyOf = (name: string): string => keys[name] ?? `environment.${name}`;

function chatwootSettings({ config, database }: SizedParts): Record<string, string> {
  return chatwootEnvironment({
    config,
    database: database ?? { host: "", port: 5432, username: "", password: "", database: "", sslMode: "require" },
    redis: { url: "" },
    secretKeyBase: "",
    encryptionKeys: { primaryKey: "", deterministicKey: "", keyDerivationSalt: "" },
  }).settings;
}
