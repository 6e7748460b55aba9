import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { localEnvironment } from "./environment.ts";
import type { Inside } from "./place.ts";
import { rubyProgram } from "./program.ts";

export interface InsideCommand {
  words: readonly string[];
  /** Of the container or machine: nothing of this process's own goes in. */
  environment: Readonly<Record<string, string>>;
  /** Undefined: nothing of what it would ask runs. */
  inside: Inside | undefined;
  /** What its standard streams are. */
  stdio: "inherit" | "pipe";
  /** Gives it a terminal of its own, by `script` of util-linux. */
  terminal?: boolean;
}

/** What a shell ends with where there is no such program. */
const notFound = 127;

/** The program, or why there is none. */
export type Started = { process: ChildProcess } | { exitCode: number; says: string };

/** Starts a command of Chatwoot's container on this machine: the real program, against real servers. */
export function startInside({ words, environment, inside, stdio, terminal = false }: InsideCommand): Started {
  const program = rubyProgram(words);
  const refused = (says: string): Started => ({ exitCode: notFound, says: `sandbox: ${says}\n` });
  if (program === undefined)
    return refused("only Ruby programs and the console run here, because there is no image of Chatwoot's");
  if (inside === undefined) return refused("nothing runs inside now; ask by `npm run sandbox -- ops`");
  const env = {
    LANG: "C.UTF-8",
    ...localEnvironment(environment, inside),
    ...program.environment,
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: tmpdir(),
    TERM: terminal || stdio === "inherit" ? (process.env["TERM"] ?? "dumb") : "dumb",
  };
  const command = [inside.ruby, ...program.args];
  const [file = "", ...args] = terminal ? ["script", "-qec", command.map(quoted).join(" "), "/dev/null"] : command;
  return { process: spawn(file, args, { env, cwd: tmpdir(), stdio }) };
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
