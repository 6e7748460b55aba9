import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import type { Database } from "../components/chatwoot/database.ts";
import type { KeptSecrets } from "../config/kept-secrets.ts";
import type { PostgresUrl } from "../lib/postgres-url.ts";
import type { RedisUrl } from "../lib/redis-url.ts";
import type { ExternalServer } from "../components/kubernetes/preflight/private-hosts.ts";
import { externalServers, serversOf } from "./external-servers.ts";
import type { FlyConnections } from "./checks/connections.ts";
import { parseConfig, type ParsedConfig } from "./parse.ts";
import { ConfigError } from "../config/problems.ts";
import type { FlyConfig, KubernetesConfig } from "../config/schema.ts";
import type { SecretName } from "../config/secrets.ts";

type Secret = pulumi.Output<string>;

/** A checked configuration. Its secrets are Outputs, so that they stay secret. */
export type Config = FlyStackConfig | KubernetesStackConfig;

export interface FlyStackConfig extends SharedStackConfig {
  target: "fly";
  settings: FlyConfig;
  /** `databaseUrl`. */
  database: Database;
  /** `migrationDatabaseUrl`; undefined if migrations use `databaseUrl`. */
  migrationDatabase: Database | undefined;
  /** Database connections of the deployment. */
  connections: FlyConnections;
}

export interface KubernetesStackConfig extends SharedStackConfig {
  target: "kubernetes";
  settings: KubernetesConfig;
  /** An external database; undefined if the stack runs it. Its password is empty if a Secret of the cluster has it. */
  database: Database | undefined;
  /** `migrationDatabaseUrl` of an external database. */
  migrationDatabase: Database | undefined;
  /** `redisUrl` of an external Redis. */
  redis: RedisUrl<Secret> | undefined;
  /** Every external server, by the setting that names it. */
  servers: ExternalServer[];
}

interface SharedStackConfig {
  /** Returns a secret that the settings require; throws if it is not set. */
  secret: (name: SecretName) => Secret;
  optionalSecret: (name: SecretName) => Secret | undefined;
  /** Secret environment variables from environmentSecrets, by name. */
  environmentSecrets: Record<string, Secret>;
  /** The keys of an adopted Chatwoot. */
  kept: KeptSecrets;
  /** `factsDatabaseUrl`; undefined if it is not set. */
  factsDatabase: Database | undefined;
}

const namespace = "chatwoot";

/** Not in the SDK's type declarations. The SDK's `Config` uses it to warn about a secret that is read as plain text. */
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * The only reader of Pulumi's configuration. Throws before any resource is registered, with every problem at once.
 */
export function loadConfig(): Config {
  const parsed = readConfig();
  const { addresses } = parsed;
  for (const { key, message } of parsed.warnings) void pulumi.log.warn(`${namespace}:${key}: ${message}.`);
  const shared: SharedStackConfig = {
    ...secretsOf(parsed.secrets),
    environmentSecrets: Object.fromEntries(
      Object.entries(parsed.environmentSecrets).map(([name, value]) => [name, pulumi.secret(value)]),
    ),
    kept: keptOf(parsed.kept),
    factsDatabase: addresses.factsDatabaseUrl && databaseOf(addresses.factsDatabaseUrl),
  };
  if (parsed.target === "kubernetes") {
    const { settings } = parsed;
    const { database, migrationDatabase, redis } = externalServers(parsed);
    return {
      target: "kubernetes",
      settings,
      ...shared,
      database: database && databaseOf(database),
      migrationDatabase: migrationDatabase && databaseOf(migrationDatabase),
      redis: redis && redisOf(redis),
      servers: serversOf(parsed),
    };
  }
  if (addresses.databaseUrl === undefined)
    throw new Error(`${namespace}:databaseUrl was not checked before it is used`);
  return {
    target: "fly",
    settings: parsed.settings,
    ...shared,
    database: databaseOf(addresses.databaseUrl),
    migrationDatabase: addresses.migrationDatabaseUrl && databaseOf(addresses.migrationDatabaseUrl),
    connections: parsed.connections,
  };
}

function readConfig(): ParsedConfig {
  const values: Record<string, string> = {};
  const encrypted = new Set<string>();
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    const [owner, ...rest] = key.split(":");
    const name = rest.join(":");
    if (owner !== namespace) continue;
    values[name] = value;
    if (isConfigSecret(key)) encrypted.add(name);
  }
  try {
    return parseConfig({ stack: pulumi.getStack(), values, encrypted });
  } catch (error) {
    // Pulumi prints a RunError without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

function secretsOf(secrets: ParsedConfig["secrets"]): Pick<SharedStackConfig, "secret" | "optionalSecret"> {
  const optionalSecret = (name: SecretName): Secret | undefined => {
    const value = secrets[name];
    return value === undefined ? undefined : pulumi.secret(value);
  };
  return {
    optionalSecret,
    secret(name) {
      const value = optionalSecret(name);
      if (value === undefined) throw new Error(`${namespace}:${name} is read, but the settings do not ask for it`);
      return value;
    },
  };
}

function keptOf({ secretKeyBase, postgresPassword, encryptionKeys }: KeptSecrets<string>): KeptSecrets {
  return {
    ...(secretKeyBase && { secretKeyBase: pulumi.secret(secretKeyBase) }),
    ...(postgresPassword && { postgresPassword: pulumi.secret(postgresPassword) }),
    ...(encryptionKeys && {
      encryptionKeys: {
        primaryKey: pulumi.secret(encryptionKeys.primaryKey),
        deterministicKey: pulumi.secret(encryptionKeys.deterministicKey),
        keyDerivationSalt: pulumi.secret(encryptionKeys.keyDerivationSalt),
      },
    }),
  };
}

function redisOf({ password, ...open }: RedisUrl): RedisUrl<Secret> {
  return { ...open, ...(password === undefined ? {} : { password: pulumi.secret(password) }) };
}

function databaseOf(address: PostgresUrl): Database {
  return { ...address, password: pulumi.secret(address.password) };
}
