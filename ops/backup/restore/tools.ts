import { execa } from "execa";
import { databaseEnvironment } from "../../../components/fly/backup/database-environment.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { redact } from "../../../lib/redact.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";

const questionMs = 60_000;

/** psql, quiet, stopping at the first error, and saying no more of it than its first line: details hold rows. */
export const psqlFlags = ["--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"];

/** The environment of PostgreSQL's programs: this one's without its own PG* variables, and the address. */
export function programEnvironment(address: PostgresUrl): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|BACKUP_)/.test(name));
  return {
    ...Object.fromEntries(own),
    ...databaseEnvironment(address),
    PGCONNECT_TIMEOUT: "30",
    PGAPPNAME: "chatwoot-restore",
  };
}

/** Runs SQL and answers with what it prints, one row per line, columns divided by tabs. */
export async function query(
  address: PostgresUrl,
  sql: string,
  { limitMs = questionMs, signal }: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<string[][]> {
  const result = await execa("psql", [...psqlFlags, "--tuples-only", "--no-align", "--field-separator=\t"], {
    // A role's own limit can be shorter than a count of rows takes; and a server works on when only we stop waiting.
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
    const said = result.isCanceled
      ? "was asked no further: we were told to stop"
      : result.timedOut
        ? `gave no answer in ${limitMs / 1000} seconds`
        : `said: ${result.stderr.trim().split("\n", 1)[0]}`;
    throw new StepProblem(
      `database ${address.database} at ${address.host}`,
      redact(said, [address.password]),
      "Check the address, and that this machine may connect to it",
    );
  }
  return result.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
}

/** The major version of this machine's pg_restore, which must not be older than the pg_dump that made the dump. */
export async function checkTools(pgDump: string): Promise<number> {
  const result = await execa("pg_restore", ["--version"], { reject: false, timeout: questionMs, stdin: "ignore" });
  const version = /(\d+)(\.\d+)?/.exec(result.stdout)?.[0];
  if (result.failed || version === undefined) throw missingTools();
  if (parseInt(version) >= parseInt(pgDump)) return parseInt(version);
  throw new StepProblem(
    "pg_restore",
    `is version ${version}, and cannot read what pg_dump ${pgDump} wrote`,
    `Install the PostgreSQL client ${parseInt(pgDump)} and put it first on PATH`,
  );
}

function missingTools(): StepProblem {
  return new StepProblem(
    "psql and pg_restore",
    "are not installed",
    "Install the PostgreSQL client, for instance `apt install postgresql-client` or `brew install libpq`",
  );
}
