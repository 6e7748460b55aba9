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

/** Remembers which migrations have run. */
const migrationsTable = "support_facts_migrations";
/** Of this program alone, so that no other user of the library waits for it. */
const lockValue = 6_020_251_019;
const lockRetries = 6;

export interface Migrated {
  /** What ran now, in order. */
  ran: string[];
  /** Indexes that a broken run had left half made, and that are whole now. */
  rebuilt: string[];
  /** What still differs and only makes things slow. */
  drift: SchemaProblem[];
}

export interface MigrateOptions {
  /** For tests: not more than this many. */
  count?: number;
}

/**
 * Runs what has not run yet, each migration in a transaction of its own except those that make an index. Nothing is
 * ever dropped. A run that broke off is finished by the next one; two at once wait for each other.
 */
export async function migrateFacts(client: Client, repeat: string, { count }: MigrateOptions = {}): Promise<Migrated> {
  const ran = await pRetry(() => runMigrations(client, count), {
    retries: lockRetries,
    minTimeout: 500,
    // Waiting inside the database would be waited for by whoever makes an index concurrently.
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
    // Otherwise it takes a schema of that name, whatever the search path of the session says.
    schema: await currentSchema(client),
    ...(count === undefined ? {} : { count }),
    singleTransaction: false,
    lockValue,
    migrationLoaderStrategies: [{ extensions: [".sql"], loader: loadMigrations }],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  return done.map(({ name }) => name);
}

/** One file, one migration. One that makes an index concurrently must stand outside of a transaction. */
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

/** An index of ours whose making was broken off is there, and of no use. */
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

/** The names of all migrations, in order: the step runs again when one is added. */
export function migrationNames(): string[] {
  return readdirSync(folder)
    .map((file) => basename(file, ".sql"))
    .sort();
}

function driftProblem(problems: readonly SchemaProblem[], repeat: string): StepProblem {
  const list = problems.map(({ table, problem }) => `  ${table} ${problem}`).join("\n");
  return new StepProblem(
    "facts schema",
    `its migrations have run, but it is not what they make:\n${list}\n`,
    "Bring back what was taken away (a backup has it), or add the missing columns by hand; for tables that may start " +
      `empty, \`DELETE FROM ${migrationsTable}\`, which makes every migration run again. Then \`${repeat}\``,
  );
}

const explanations: Record<string, { wrong: string; fix: string }> = {
  "55P03": {
    wrong: "somebody else holds a lock on its tables",
    fix: "Wait until the other session is done (`SELECT pid, query FROM pg_stat_activity`), or raise chatwoot:support.facts.lockTimeoutSeconds",
  },
  "57014": {
    wrong: "a statement took longer than its limit",
    fix: "Raise chatwoot:support.facts.statementTimeoutSeconds",
  },
  "42501": {
    wrong: "the user of the address may not do it",
    fix: "Give it the right to create in its schema (`GRANT CREATE, USAGE ON SCHEMA public TO user`), or use the owner's address",
  },
};

function explain(error: unknown, repeat: string): never {
  const { code = "", message } = error as DatabaseError;
  // The library puts some of what the database says into an error of its own, with a stack trace and no code.
  const [said = ""] = message.split("\n");
  const known = explanations[/permission denied/.test(said) ? "42501" : code];
  const wrong = known ? `${known.wrong} (${said})` : said;
  throw new StepProblem("facts schema", wrong, `${known?.fix ?? "Mend it"}. Then \`${repeat}\``);
}
