import { isFlyPrivate, isLoopback } from "../../../lib/hosts.ts";
import type { PostgresUrl, SslMode } from "../../../lib/postgres-url.ts";

/**
 * A database's address as the environment variables of psql, pg_dump and pg_restore, so that the password is on no
 * command line.
 */
export function databaseEnvironment(address: PostgresUrl): Record<(typeof databaseVariables)[number], string> {
  return {
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGUSER: address.username,
    PGPASSWORD: address.password,
    PGDATABASE: address.database,
    PGSSLMODE: encryptedMode(address),
  };
}

export const databaseVariables = ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE"] as const;

const unencrypted: readonly (SslMode | undefined)[] = [undefined, "disable", "allow", "prefer"];

/**
 * The configured mode, but at least `require` on a public network. Fly's private network is encrypted, and its
 * databases often do not support TLS.
 */
function encryptedMode({ host, sslMode }: PostgresUrl): SslMode {
  if (!unencrypted.includes(sslMode)) return sslMode as SslMode;
  return isLoopback(host) || isFlyPrivate(host) ? (sslMode ?? "prefer") : "require";
}
