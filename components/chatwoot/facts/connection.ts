import pg from "pg";
import { StepProblem } from "../../../lib/problem.ts";
import { redact } from "../../../lib/redact.ts";
import { parsePostgresUrl, type PostgresUrl } from "../../../lib/postgres-url.ts";

export interface FactsLimits {
  /** Longest that one statement may take. */
  statementTimeoutSeconds: number;
  /** Longest wait for a lock that somebody else holds. */
  lockTimeoutSeconds: number;
}

const connectMs = 15_000;

/** What node-postgres does for each of libpq's modes; `prefer` and `allow` try TLS first and go on without. */
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

/** Where it is, without user and password. */
function describePlace({ host, port, database }: PostgresUrl): string {
  return `database ${database} at ${host}:${port}`;
}

/**
 * A session in the database of the facts, in UTC, with its limits set. Whoever asks for it ends it. Errors tell where it
 * was tried and hold no password.
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
    const said = redact((error as Error).message || String((error as { code?: string }).code), [address.password, url]);
    throw new StepProblem(
      describePlace(address),
      `no connection: ${said}`,
      `Check that it runs, that this machine may reach it, and chatwoot:factsDatabaseUrl (or databaseUrl). Then \`${repeat}\``,
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
    // When the server itself cannot end a statement any more.
    query_timeout: (statementTimeoutSeconds + 15) * 1000,
    keepAlive: true,
    application_name: "chatwoot-support",
  });
  // A connection that breaks while nobody asks anything must not end the process; the next question tells.
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Poolers let few settings in when a session starts, so they are set afterwards.
    await client.query(
      `SET statement_timeout = '${statementTimeoutSeconds}s'; SET lock_timeout = '${lockTimeoutSeconds}s'; SET TIME ZONE 'UTC'`,
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
