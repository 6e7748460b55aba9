import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readJson } from "../../folder.ts";

export interface ContainerCommand {
  words: readonly string[];
  /** The environment of the container: nothing of this process's own goes in. */
  environment: Readonly<Record<string, string>>;
  /** The file that names the program to start: `{ "program": ["/path/to/program", "ARGUMENT"] }`. */
  insideFile: string;
  /** Runs the program at a terminal, by `script` of util-linux. */
  terminal: boolean;
}

/**
 * Starts a command of a container, by the program that the cluster's `inside.json` names: the command's words follow the
 * program's own, and the environment is the container's alone. Undefined where there is no such file.
 */
export function startInContainer(command: ContainerCommand): ChildProcessWithoutNullStreams | undefined {
  const { words, environment, insideFile, terminal } = command;
  const { program } = (readJson(insideFile) ?? {}) as { program?: readonly string[] };
  if (program === undefined) return undefined;
  const line = [...program, ...words];
  const env = { ...environment, TERM: terminal ? (process.env["TERM"] ?? "dumb") : "dumb" };
  const [file = "", ...args] = terminal ? [script(), "-qec", line.map(quoted).join(" "), "/dev/null"] : line;
  return spawn(file, args, { env });
}

/** Found by this process's PATH, because the container's is for another machine. */
function script(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "script")).find(existsSync) ?? "script";
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
