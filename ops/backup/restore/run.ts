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
  /** The dump, and the list of what to restore of it. */
  file: string;
  listFile: string;
  /** SQL that runs before it in the same transaction. */
  before: string;
  /** Ends it: a limit of time, or somebody who does not want to wait. */
  signal: AbortSignal;
}

const portable = ["--no-owner", "--no-acl", "--no-publications", "--no-subscriptions"];

interface Ended {
  ok: boolean;
  said: string;
  code?: number | null;
}

interface Running {
  process: ChildProcess;
  /** How it ended, and the end of what it said. */
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
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4000)));
  const ended = once(child, "close").then(
    ([code]): Ended => ({ ok: code === 0, said: said.trim(), code: code as number | null }),
    (error: Error): Ended => ({ ok: false, said: error.message }),
  );
  return { process: child, ended };
}

/** Restores a dump in one transaction: all of it, or nothing changes. Answers with the rows of each table in the dump. */
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
  // A psql that has ended tells why by itself.
  input.on("error", () => {});
  const filter = new ScriptFilter(serverMajor);
  input.write(`BEGIN;\nSET LOCAL client_min_messages = error;\nSET LOCAL statement_timeout = 0;\n${before}\n`);
  const copied = await pipeline(reader.process.stdout!, filter, input, { end: false }).then(
    () => true,
    () => false,
  );
  const read = copied ? await reader.ended : { ok: false, said: "" };
  // Only now is it whole. An input that merely ends would be committed as far as it came.
  if (read.ok) input.end("COMMIT;\n");
  else writer.process.kill("SIGTERM");
  if (!copied) reader.process.kill("SIGTERM");
  const written = await writer.ended;
  if (read.ok && written.ok) return filter.rows;
  // 3 is what psql ends with after an error in the SQL; anything else can be a commit whose answer was lost.
  if (read.ok && written.code !== 3)
    throw failure(reason(signal) ?? written.said, address, "Without --yes, see what the target holds now");
  throw failure(
    reason(signal) ?? (read.said || written.said),
    address,
    "Nothing was changed in the target. Mend the cause",
  );
}

/** Restores over several connections, which no transaction can hold together. Answers like `restoreAtOnce`. */
export async function restoreInParallel(args: RestoreArgs, jobs: number): Promise<Map<string, number>> {
  const { address, serverMajor, file, listFile, signal } = args;
  const list = `--use-list=${listFile}`;
  const into = [`--jobs=${jobs}`, "--exit-on-error", "--no-password", `--dbname=${address.database}`];
  const writer = await start("pg_restore", [...portable, list, ...into, file], address, ["ignore", "ignore"], signal)
    .ended;
  if (!writer.ok) throw failure(reason(signal) ?? writer.said, address, "The target holds a part of it: empty it");
  const reader = start("pg_restore", ["--data-only", list, "--file=-", file], undefined, ["ignore", "pipe"], signal);
  const filter = new ScriptFilter(serverMajor);
  filter.resume();
  await pipeline(reader.process.stdout!, filter);
  const { ok, said } = await reader.ended;
  if (!ok) throw failure(said, address, "The rows could not be counted: compare them by hand");
  return filter.rows;
}

function reason(signal: AbortSignal): string | undefined {
  return signal.aborted ? `it was stopped: ${(signal.reason as Error).message}` : undefined;
}

function failure(said: string, { password }: PostgresUrl, fix: string): StepProblem {
  const told = redact(said, [password]) || "its connection ended";
  return new StepProblem("restore", `failed:\n${told}\n`, `${fix}, and run the command again`);
}
