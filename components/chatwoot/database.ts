import type * as pulumi from "@pulumi/pulumi";
import { isFlyPrivate } from "../../lib/hosts.ts";
import { formatPostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";

/** The parts of a database's address, with the password as a secret Output. */
export type Database = PostgresUrl<pulumi.Output<string>>;

/**
 * Requires TLS unless the address sets a mode. Fly's private network is encrypted, and its databases often do not support
 * TLS.
 */
export function withTls(database: Database): Database {
  return { ...database, sslMode: database.sslMode ?? (isFlyPrivate(database.host) ? "prefer" : "require") };
}

/** The address of the database, for outputs and consumers of the facts. */
export function databaseUrlOf(database: Database): pulumi.Output<string> {
  return database.password.apply((password) => formatPostgresUrl({ ...database, password }));
}
