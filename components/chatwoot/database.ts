import type * as pulumi from "@pulumi/pulumi";
import { formatPostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";

/** A database in its parts, as the program passes it on. */
export type Database = PostgresUrl<pulumi.Output<string>>;

/** Encrypted, unless the address chooses otherwise: for a database that is reached over a public network. */
export function withTls(database: Database): Database {
  return { ...database, sslMode: database.sslMode ?? "require" };
}

/** The database as one address, for those who read an address: outputs, and the users of the facts. */
export function databaseUrlOf(database: Database): pulumi.Output<string> {
  return database.password.apply((password) => formatPostgresUrl({ ...database, password }));
}
