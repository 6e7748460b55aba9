import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import type { KeptSecrets } from "../config/kept-secrets.ts";
import type { PostgresUrl } from "../lib/postgres-url.ts";
import type { FlyConnections } from "./checks/connections.ts";
import { parseConfig } from "./parse.ts";
import { ConfigError } from "../config/problems.ts";
import type { FlyConfig, KubernetesConfig } from "../config/schema.ts";
import type { SecretName } from "../config/secrets.ts";

type Secret = pulumi.Output<string>;

/** A stack's configuration, checked, with its secrets wrapped so that they stay secret wherever they go. */
export interface Config<Settings = FlyConfig | KubernetesConfig> {
  settings: Settings;
  /** A secret that the settings need; throws for one that they do not. */
  secret: (name: SecretName) => Secret;
  optionalSecret: (name: SecretName) => Secret | undefined;
  /** Secret environment variables of the user's own, by name. */
  environmentSecrets: Record<string, Secret>;
  /** What a Chatwoot that is taken over has already. */
  kept: KeptSecrets;
  /** What the deployment asks of the database; undefined where the target makes its own. */
  connections: FlyConnections | undefined;
  /** Where `factsDatabaseUrl` points at; undefined where it is not set. */
  factsPlace: { host: string; port: number } | undefined;
  /** `databaseUrl` in its parts; undefined where the target makes its own database. */
  database: PostgresUrl<Secret> | undefined;
}

const namespace = "chatwoot";

/** The SDK has it and does not declare it; its own `Config` asks it before it warns of a secret that is read in the clear. */
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * The only reader of Pulumi's configuration. Throws before any resource is registered, with every problem at once, each
 * with its key, what is wrong and what to do.
 */
export function loadConfig(): Config {
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
    const { settings, secrets, addresses, connections, environmentSecrets, kept } = parseConfig({
      stack: pulumi.getStack(),
      values,
      encrypted,
    });
    const optionalSecret = (name: SecretName): Secret | undefined => {
      const value = secrets[name];
      return value === undefined ? undefined : pulumi.secret(value);
    };
    return {
      settings,
      optionalSecret,
      secret(name) {
        const value = optionalSecret(name);
        if (value === undefined) throw new Error(`${namespace}:${name} is read, but the settings do not ask for it`);
        return value;
      },
      environmentSecrets: Object.fromEntries(
        Object.entries(environmentSecrets).map(([name, value]) => [name, pulumi.secret(value)]),
      ),
      kept: {
        ...(kept.secretKeyBase && { secretKeyBase: pulumi.secret(kept.secretKeyBase) }),
        ...(kept.postgresPassword && { postgresPassword: pulumi.secret(kept.postgresPassword) }),
        ...(kept.encryptionKeys && {
          encryptionKeys: {
            primaryKey: pulumi.secret(kept.encryptionKeys.primaryKey),
            deterministicKey: pulumi.secret(kept.encryptionKeys.deterministicKey),
            keyDerivationSalt: pulumi.secret(kept.encryptionKeys.keyDerivationSalt),
          },
        }),
      },
      connections,
      factsPlace: addresses.factsDatabaseUrl && {
        host: addresses.factsDatabaseUrl.host,
        port: addresses.factsDatabaseUrl.port,
      },
      database: addresses.databaseUrl && {
        ...addresses.databaseUrl,
        password: pulumi.secret(addresses.databaseUrl.password),
      },
    };
  } catch (error) {
    // Pulumi prints a RunError's message alone, without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
