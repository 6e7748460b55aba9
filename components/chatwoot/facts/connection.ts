import pg from "pg";
import { StepProblem } from "../../../lib/problem.ts";
import { redact } from "../../../lib/redact.ts";
import { parsePostgresUrl, type PostgresUrl } from "../../../lib/postgres-url.ts";

export interface FactsLimits {
  /** Time limit of one statement. */
  statementTimeoutSeconds: number;
  /** Time limit for waiting for a lock. */
  lockTimeoutSeconds: number;
}

const connectMs = 15_000;

/** Maps libpq's modes to node-postgres; `prefer` and `allow` try TLS first and fall back to plain text. */
function tlsOf(sslMode: PostgresUrl["sslMode"]): pg.ClientConfig["ssl"] {
  switch (sslMode) {
    case "disable":
      return false;
    case "verify-full":
      return { rejectUnauthorized: true };
    case "verify-ca":
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
    default:
      return { rejectUnauthorized: false };
  }
}

/** The database without user and password, for messages. */
function describePlace({ host, port, database }: PostgresUrl): string {
  return `database ${database} at ${host}:${port}`;
}

/**
 * Opens a session in the database of the facts, in UTC, with its limits set. The caller ends it. Errors name the database
 * and contain no password.
 */
export async function connectToFacts(url: string, limits: FactsLimits, repeat: string): Promise<pg.Client> {
  const address = parsePostgresUrl(url);
  const [first, second] = sslModesToTry(address.sslMode);
  try {
    return await connect(address, first, limits).catch(async (error: unknown) => {
      if (second === undefined || !/does not support SSL/i.test((error as Error).message)) throw error;
      return await connect(address, second, limits);
    });
  } catch (error) {
    const reason = redact((error as Error).message || String((error as { code?: string }).code), [
      address.password,
      url,
    ]);
    throw new StepProblem(
      describePlace(address),
      `no connection: ${reason}`,
      `Check that it runs, that this machine can reach it, and chatwoot:factsDatabaseUrl (or databaseUrl). Then \`${repeat}\``,
    );
  }
}

function sslModesToTry(mode: PostgresUrl["sslMode"] = "prefer"): [PostgresUrl["sslMode"], PostgresUrl["sslMode"]?] {
  return mode === "prefer" || mode === "allow" ? ["require", "disable"] : [mode];
}

async function connect(
  { host, port, username, password, database }: PostgresUrl,
  sslMode: PostgresUrl["sslMode"],
  { statementTimeoutSeconds, lockTimeoutSeconds }: FactsLimits,
): Promise<pg.Client> {
  const client = new pg.Client({
    host,
    port,
    user: username,
    password,
    database,
    ssl: tlsOf(sslMode),
    connectionTimeoutMillis: connectMs,
    // Applies if the server can no longer cancel a statement.
    query_timeout: (statementTimeoutSeconds + 15) * 1000,
    keepAlive: true,
    application_name: "chatwoot-support",
  });
  // An error of an idle connection must not end the process; the next query reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Poolers accept few settings at the start of a session, so they are set afterwards.
    await client.query(
      `SET statement_timeout = '${statementTimeoutSeconds}s'; SET lock_timeout = '${lockTimeoutSeconds}s'; SET TIME ZONE 'UTC'`,
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
