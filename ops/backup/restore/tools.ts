import { execa } from "execa";
import { databaseEnvironment } from "../../../components/fly/backup/database-environment.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { redact } from "../../../lib/redact.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";

const questionMs = 60_000;

/** Terse errors: details contain rows. */
export const psqlFlags = ["--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"];

/** Replaces this process's PG* variables with the target's. */
export function programEnvironment(address: PostgresUrl): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|BACKUP_)/.test(name));
  return {
    ...Object.fromEntries(own),
    ...databaseEnvironment(address),
    PGCONNECT_TIMEOUT: "30",
    PGAPPNAME: "chatwoot-restore",
  };
}

/** Runs SQL and returns its rows. */
export async function query(
  address: PostgresUrl,
  sql: string,
  { limitMs = questionMs, signal }: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<string[][]> {
  const result = await execa("psql", [...psqlFlags, "--tuples-only", "--no-align", "--field-separator=\t"], {
    // A role's limit can be too short to count rows, and the server continues a statement after its client gave up.
    input: `SET client_min_messages = error;\nSET statement_timeout = ${limitMs};\n${sql}`,
    env: programEnvironment(address),
    extendEnv: false,
    reject: false,
    timeout: limitMs,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.code === "ENOENT") throw missingTools();
  if (result.failed) {
    const problem = result.isCanceled
      ? "the query was stopped"
      : result.timedOut
        ? `did not answer within ${limitMs / 1000} seconds`
        : `psql failed: ${result.stderr.trim().split("\n", 1)[0]}`;
    throw new StepProblem(
      `database ${address.database} at ${address.host}`,
      redact(problem, [address.password]),
      "Check the address, and that this machine can connect to it",
    );
  }
  return result.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
}

/** Returns the major version of pg_restore, which must not be older than the pg_dump of the dump. */
export async function checkTools(pgDump: string): Promise<number> {
  const result = await execa("pg_restore", ["--version"], { reject: false, timeout: questionMs, stdin: "ignore" });
  const version = /(\d+)(\.\d+)?/.exec(result.stdout)?.[0];
  if (result.failed || version === undefined) throw missingTools();
  if (parseInt(version) >= parseInt(pgDump)) return parseInt(version);
  throw new StepProblem(
    "pg_restore",
    `version ${version} cannot read a dump of pg_dump ${pgDump}`,
    `Install the PostgreSQL client ${parseInt(pgDump)} and put it first on PATH`,
  );
}

function missingTools(): StepProblem {
  return new StepProblem(
    "psql and pg_restore",
    "are not installed",
    "Run `apt install postgresql-client` or `brew install libpq`",
  );
}
