import type { ExternalServer } from "../components/kubernetes/preflight/private-hosts.ts";
import type { KubernetesConfig } from "../config/schema.ts";
import type { ExternalPostgresConfig } from "../config/schema/kubernetes/postgres.ts";
import type { PostgresUrl } from "../lib/postgres-url.ts";
import type { RedisUrl } from "../lib/redis-url.ts";
import type { Addresses } from "./checks/addresses.ts";

/** What external servers are read from. */
interface ExternalSettings {
  settings: Pick<KubernetesConfig, "kubernetes">;
  addresses: Addresses;
  redisAddress: RedisUrl | undefined;
}

interface ExternalServers {
  database?: PostgresUrl | undefined;
  migrationDatabase?: PostgresUrl | undefined;
  redis?: RedisUrl | undefined;
}

/** The addresses of the servers that a Kubernetes stack uses and does not run, with their mode of TLS. */
export function externalServers({ settings, addresses, redisAddress }: ExternalSettings): ExternalServers {
  const { postgres, redis } = settings.kubernetes;
  return {
    ...(postgres.kind === "external"
      ? {
          database: withSslMode(postgres, databaseAddress(postgres, addresses)),
          migrationDatabase: withSslMode(postgres, addresses.migrationDatabaseUrl),
        }
      : {}),
    ...(redis.kind === "external" ? { redis: redisAddress } : {}),
  };
}

/** The address in databaseUrl, or the open parts beside a Secret with the password. */
export function databaseAddress(
  { credentials, address }: Pick<ExternalPostgresConfig, "credentials" | "address">,
  { databaseUrl }: Addresses,
): PostgresUrl | undefined {
  if (credentials.from === "config") return databaseUrl;
  return address && { ...address, password: "" };
}

function withSslMode(
  { sslMode, authority }: ExternalPostgresConfig,
  address: PostgresUrl | undefined,
): PostgresUrl | undefined {
  if (address === undefined) return undefined;
  return { ...address, sslMode: sslMode ?? address.sslMode ?? (authority === undefined ? "require" : "verify-full") };
}

export function serversOf(parsed: ExternalSettings): ExternalServer[] {
  const { database, migrationDatabase, redis } = externalServers(parsed);
  const { postgres } = parsed.settings.kubernetes;
  const inSecret = postgres.kind === "external" && postgres.credentials.from !== "config";
  return Object.entries({
    [inSecret ? "kubernetes.postgres.address" : "databaseUrl"]: database,
    migrationDatabaseUrl: migrationDatabase,
    redisUrl: redis,
  }).flatMap(([key, server]) => (server === undefined ? [] : [{ key, host: server.host, port: server.port }]));
}
