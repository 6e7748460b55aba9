import {
  parsePostgresUrl,
  poolingOf,
  supabaseHostOf,
  supabaseSessionPoolLimit,
  type PostgresUrl,
} from "../../lib/postgres-url.ts";
import type { Problem } from "../../config/problems.ts";
import type { SecretName } from "../../config/secrets.ts";

const addressKeys = ["databaseUrl", "migrationDatabaseUrl", "factsDatabaseUrl"] as const;
type AddressKey = (typeof addressKeys)[number];

export type Addresses = Partial<Record<AddressKey, PostgresUrl>>;

/** Reads the database addresses among the secrets, with a problem for each invalid or unusable address. */
export function readAddresses(secrets: Partial<Record<SecretName, string>>): {
  addresses: Addresses;
  problems: Problem[];
} {
  const addresses: Addresses = {};
  const problems: Problem[] = [];
  for (const key of addressKeys) {
    const value = secrets[key];
    if (value === undefined) continue;
    try {
      const address = parsePostgresUrl(value);
      const problem = supabaseProblem(address);
      if (problem === undefined) addresses[key] = address;
      else problems.push({ key, message: problem });
    } catch (error) {
      problems.push({
        key,
        message: `${(error as Error).message}. Write it as postgresql://user:password@host:5432/database`,
      });
    }
  }
  return { addresses, problems };
}

/** Supabase serves one database at three addresses with different rules. */
function supabaseProblem(address: PostgresUrl): string | undefined {
  if (poolingOf(address) === "transaction") {
    return (
      "points at Supabase's transaction pooler (port 6543), which breaks prepared statements and the locks of migrations. " +
      "Use the session pooler on port 5432, or the direct host"
    );
  }
  const host = supabaseHostOf(address);
  // The pooler serves every project of a region and selects the project by the user name.
  if (host?.kind === "pooler" && !/^[^.]+\.[a-z0-9]+$/.test(address.username)) {
    return (
      `has the user ${address.username}, which does not name the project for Supabase's pooler. ` +
      "Write the user as postgres.PROJECT, as the dashboard shows it under Connect"
    );
  }
  if (host?.kind === "direct" && address.username.includes(".")) {
    return (
      `has the user ${address.username}, which only the pooler accepts. ` +
      `Write the user as ${address.username.split(".")[0]} for the direct host`
    );
  }
  return undefined;
}

/** The pool limit of an address whose host name implies it. */
export function knownPoolLimit(address: PostgresUrl | undefined): number | undefined {
  return address !== undefined && poolingOf(address) === "session" ? supabaseSessionPoolLimit : undefined;
}
