import { readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import pRetry from "p-retry";
import type { Client, DatabaseError } from "pg";
import { StepProblem } from "../../../lib/problem.ts";
import { compareTables, readTables, type SchemaProblem } from "./drift.ts";

const folder = fileURLToPath(new URL("migrations/", import.meta.url));

/** Table of the migrations that have run. */
const migrationsTable = "support_facts_migrations";
/** Advisory lock of this program, so that other users of the library do not wait for it. */
const lockValue = 6_020_251_019;
const lockRetries = 6;

export interface Migrated {
  /** Migrations of this run, in order. */
  ran: string[];
  /** Invalid indexes of an interrupted run that were rebuilt. */
  rebuilt: string[];
  /** Remaining differences, which only make queries slow. */
  drift: SchemaProblem[];
}

export interface MigrateOptions {
  /** Limit for tests. */
  count?: number;
}

/**
 * Runs pending migrations, each in its own transaction except those that create an index. Nothing is ever dropped. The
 * next run finishes an interrupted run; concurrent runs wait for each other.
 */
export async function migrateFacts(client: Client, repeat: string, { count }: MigrateOptions = {}): Promise<Migrated> {
  const ran = await pRetry(() => runMigrations(client, count), {
    retries: lockRetries,
    minTimeout: 500,
    // Waiting inside the database would block the run that creates an index concurrently.
    shouldRetry: ({ error }) => /already running/.test(error.message),
  }).catch((error: unknown) => explain(error, repeat));
  const rebuilt = await rebuildIndexes(client).catch((error: unknown) => explain(error, repeat));
  const drift = count === undefined ? compareTables(await readTables(client)) : [];
  const serious = drift.filter((each) => each.serious);
  if (serious.length > 0) throw driftProblem(serious, repeat);
  return { ran, rebuilt, drift };
}

async function runMigrations(client: Client, count: number | undefined): Promise<string[]> {
  const done = await runner({
    dbClient: client,
    dir: folder,
    direction: "up",
    migrationsTable,
    // Otherwise the library ignores the session's search path.
    schema: await currentSchema(client),
    ...(count === undefined ? {} : { count }),
    singleTransaction: false,
    lockValue,
    migrationLoaderStrategies: [{ extensions: [".sql"], loader: loadMigrations }],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  return done.map(({ name }) => name);
}

/** Each file is a migration. A concurrent index cannot be created in a transaction. */
async function loadMigrations(paths: readonly string[]) {
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, "utf8");
      return {
        id: path,
        filePaths: [path],
        actions: {
          up(pgm: { noTransaction(): void; sql(text: string): unknown }) {
            if (/\bCONCURRENTLY\b/.test(text)) pgm.noTransaction();
            pgm.sql(text);
          },
          down: false as const,
        },
      };
    }),
  );
}

async function currentSchema(client: Client): Promise<string> {
  const { rows } = await client.query<{ schema: string | null }>("SELECT current_schema() AS schema");
  return rows[0]?.schema ?? "public";
}

/** Rebuilds indexes that an interrupted run has left invalid. */
async function rebuildIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE NOT i.indisvalid AND c.oid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name)`,
    [await indexNames()],
  );
  for (const { name } of rows) await client.query(`REINDEX INDEX CONCURRENTLY ${name}`);
  return rows.map(({ name }) => name);
}

async function indexNames(): Promise<string[]> {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap((text) => /CREATE INDEX CONCURRENTLY IF NOT EXISTS (\w+)/.exec(text)?.[1] ?? []);
}

/** Names of all migrations, in order. The step runs again when one is added. */
export function migrationNames(): string[] {
  return readdirSync(folder)
    .map((file) => basename(file, ".sql"))
    .sort();
}

function driftProblem(problems: readonly SchemaProblem[], repeat: string): StepProblem {
  const list = problems.map(({ table, problem }) => `  ${table} ${problem}`).join("\n");
  return new StepProblem(
    "facts schema",
    `its migrations have run, but the tables differ from them:\n${list}\n`,
    "Restore what was deleted from a backup, or add the missing columns; for tables that may start " +
      `empty, \`DELETE FROM ${migrationsTable}\`, which makes every migration run again. Then \`${repeat}\``,
  );
}

const explanations: Record<string, { wrong: string; fix: string }> = {
  "55P03": {
    wrong: "another session holds a lock on its tables",
    fix: "Wait until the other session has finished (`SELECT pid, query FROM pg_stat_activity`), or raise chatwoot:support.facts.lockTimeoutSeconds",
  },
  "57014": {
    wrong: "a statement took longer than its limit",
    fix: "Raise chatwoot:support.facts.statementTimeoutSeconds",
  },
  "42501": {
    wrong: "the user of the address lacks a privilege",
    fix: "Grant it the right to create tables in its schema (`GRANT CREATE, USAGE ON SCHEMA public TO user`), or use the owner's address",
  },
};

function explain(error: unknown, repeat: string): never {
  const { code = "", message } = error as DatabaseError;
  // The library wraps some database errors in its own error, with a stack trace and without a code.
  const [reason = ""] = message.split("\n");
  const known = explanations[/permission denied/.test(reason) ? "42501" : code];
  const wrong = known ? `${known.wrong} (${reason})` : reason;
  throw new StepProblem("facts schema", wrong, `${known?.fix ?? "Fix the cause"}. Then \`${repeat}\``);
}
