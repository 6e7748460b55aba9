import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { redact } from "../../../lib/redact.ts";
import { ScriptFilter } from "./script-filter.ts";
import { programEnvironment, psqlFlags } from "./tools.ts";

export interface RestoreArgs {
  address: PostgresUrl;
  serverMajor: number;
  /** The dump and its `--use-list` file. */
  file: string;
  listFile: string;
  /** SQL that runs first in the same transaction. */
  before: string;
  /** Aborts on the time limit or on a signal. */
  signal: AbortSignal;
}

const portable = ["--no-owner", "--no-acl", "--no-publications", "--no-subscriptions"];

interface Ended {
  ok: boolean;
  output: string;
  code?: number | null;
}

interface Running {
  process: ChildProcess;
  /** Exit state and the last output. */
  ended: Promise<Ended>;
}

function start(
  program: string,
  args: string[],
  address: PostgresUrl | undefined,
  stdio: ["pipe" | "ignore", "pipe" | "ignore"],
  signal: AbortSignal,
): Running {
  const child = spawn(program, args, {
    stdio: [...stdio, "pipe"],
    signal,
    ...(address === undefined ? {} : { env: programEnvironment(address) }),
  });
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-4000)));
  const ended = once(child, "close").then(
    ([code]): Ended => ({ ok: code === 0, output: output.trim(), code: code as number | null }),
    (error: Error): Ended => ({ ok: false, output: error.message }),
  );
  return { process: child, ended };
}

/** Restores a dump in one transaction, completely or not at all. Returns the rows of each table in the dump. */
export async function restoreAtOnce(args: RestoreArgs): Promise<Map<string, number>> {
  const { address, serverMajor, file, listFile, before, signal } = args;
  const reader = start(
    "pg_restore",
    [...portable, `--use-list=${listFile}`, "--file=-", file],
    undefined,
    ["ignore", "pipe"],
    signal,
  );
  const writer = start("psql", [...psqlFlags, "--file=-"], address, ["pipe", "ignore"], signal);
  const input = writer.process.stdin!;
  // psql reports the cause itself.
  input.on("error", () => {});
  const filter = new ScriptFilter(serverMajor);
  input.write(`BEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL statement_timeout = 0;\n${before}\n`);
  const copied = await pipeline(reader.process.stdout!, filter, input, { end: false }).then(
    () => true,
    () => false,
  );
  const read = copied ? await reader.ended : { ok: false, output: "" };
  // COMMIT is sent only after a complete read; without it, psql rolls back.
  if (read.ok) input.end("COMMIT;\n");
  else writer.process.kill("SIGTERM");
  if (!copied) reader.process.kill("SIGTERM");
  const written = await writer.ended;
  if (read.ok && written.ok) return filter.rows;
  // psql exits with 3 after an SQL error; any other code can hide a commit whose answer was lost.
  if (read.ok && written.code !== 3)
    throw failure(reason(signal) ?? written.output, address, "Check the target by a run without --yes");
  throw failure(
    reason(signal) ?? (read.output || written.output),
    address,
    "The target was not changed. Fix the cause",
  );
}

/** Restores over several connections, without a common transaction. Returns the same as `restoreAtOnce`. */
export async function restoreInParallel(args: RestoreArgs, jobs: number): Promise<Map<string, number>> {
  const { address, serverMajor, file, listFile, signal } = args;
  const list = `--use-list=${listFile}`;
  const into = [`--jobs=${jobs}`, "--exit-on-error", "--no-password", `--dbname=${address.database}`];
  const writer = await start("pg_restore", [...portable, list, ...into, file], address, ["ignore", "ignore"], signal)
    .ended;
  if (!writer.ok) throw failure(reason(signal) ?? writer.output, address, "The target is partially restored: empty it");
  const reader = start("pg_restore", ["--data-only", list, "--file=-", file], undefined, ["ignore", "pipe"], signal);
  const filter = new ScriptFilter(serverMajor);
  filter.resume();
  await pipeline(reader.process.stdout!, filter);
  const { ok, output } = await reader.ended;
  if (!ok) throw failure(output, address, "The rows could not be counted: compare them manually");
  return filter.rows;
}

function reason(signal: AbortSignal): string | undefined {
  return signal.aborted ? `stopped: ${(signal.reason as Error).message}` : undefined;
}

function failure(output: string, { password }: PostgresUrl, fix: string): StepProblem {
  const message = redact(output, [password]) || "the connection was closed";
  return new StepProblem("restore", `failed:\n${message}\n`, `${fix}, and run the command again`);
}
