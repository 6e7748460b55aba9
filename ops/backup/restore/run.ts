import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import type { PostgresUrl } from "../../../components/chatwoot/postgres-url.ts";
import { StepProblem } from "../../../components/fly/driver/problem.ts";
import { redact } from "../../../components/fly/driver/redact.ts";
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
}

const portable = ["--no-owner", "--no-acl", "--no-publications", "--no-subscriptions"];

interface Running {
  process: ChildProcess;
  /** How it ended, and the end of what it said. */
  ended: Promise<{ ok: boolean; said: string }>;
}

function start(
  program: string,
  args: string[],
  address: PostgresUrl | undefined,
  stdio: ["pipe" | "ignore", "pipe" | "ignore"],
): Running {
  const child = spawn(program, args, {
    stdio: [...stdio, "pipe"],
    ...(address === undefined ? {} : { env: programEnvironment(address) }),
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4000)));
  const ended = Promise.race([
    once(child, "close").then(([code]) => ({ ok: code === 0, said: said.trim() })),
    once(child, "error").then(([error]) => ({ ok: false, said: (error as Error).message })),
  ]);
  return { process: child, ended };
}

/** Restores a dump in one transaction: all of it, or nothing changes. Answers with the rows of each table in the dump. */
export async function restoreAtOnce(args: RestoreArgs): Promise<Map<string, number>> {
  const { address, serverMajor, file, listFile, before } = args;
  const reader = start("pg_restore", [...portable, `--use-list=${listFile}`, "--file=-", file], undefined, [
    "ignore",
    "pipe",
  ]);
  const writer = start("psql", [...psqlFlags, "--file=-"], address, ["pipe", "ignore"]);
  const input = writer.process.stdin!;
  const filter = new ScriptFilter(serverMajor);
  input.write(`BEGIN;\nSET LOCAL client_min_messages = error;\n${before}\n`);
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
  throw failure(read.said || written.said, address, "Nothing was changed in the target. Mend the cause");
}

/** Restores over several connections, which no transaction can hold together. Answers like `restoreAtOnce`. */
export async function restoreInParallel(args: RestoreArgs, jobs: number): Promise<Map<string, number>> {
  const { address, serverMajor, file, listFile } = args;
  const list = `--use-list=${listFile}`;
  const into = [`--jobs=${jobs}`, "--exit-on-error", "--no-password", `--dbname=${address.database}`];
  const writer = await start("pg_restore", [...portable, list, ...into, file], address, ["ignore", "ignore"]).ended;
  if (!writer.ok) throw failure(writer.said, address, "The target holds a part of it: empty it");
  const reader = start("pg_restore", ["--data-only", list, "--file=-", file], undefined, ["ignore", "pipe"]);
  const filter = new ScriptFilter(serverMajor);
  filter.resume();
  await pipeline(reader.process.stdout!, filter);
  const { ok, said } = await reader.ended;
  if (!ok) throw failure(said, address, "The rows could not be counted: compare them by hand");
  return filter.rows;
}

function failure(said: string, { password }: PostgresUrl, fix: string): StepProblem {
  const told = redact(said, [password]) || "its connection ended";
  return new StepProblem("restore", `failed:\n${told}\n`, `${fix}, and run the command again`);
}
