import { spawn, type ChildProcess } from "node:child_process";
import type { Call } from "../cli/call.ts";
import { describeStart } from "./journal.ts";
import type { App } from "./types.ts";

interface OnMachine {
  app: App;
  id: string;
  words: readonly string[];
  /** The standard streams of the command; `inherit` is a session at this process's terminal. */
  stdio: "inherit" | "pipe";
}

/**
 * Starts a command with a machine's environment, with the program in `inside.json`. The command's words follow the
 * program's, and the environment is only the machine's. Undefined without that file.
 */
export function startOnMachine(call: Call, { app, id, words, stdio }: OnMachine): ChildProcess | undefined {
  const { program } = call.store.readJson<{ program?: readonly string[] }>("inside.json", {});
  const machine = app.machines.find((each) => each.id === id);
  if (program === undefined || machine === undefined) return undefined;
  const { env } = describeStart(call.number, app, machine, "process");
  const term = stdio === "inherit" ? (process.env["TERM"] ?? "dumb") : "dumb";
  const [file = "", ...args] = program;
  return spawn(file, [...args, ...words], { env: { ...env, TERM: term }, stdio });
}
