import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readJson } from "../../folder.ts";

export interface ContainerCommand {
  words: readonly string[];
  /** The environment of the container, without this process's own. */
  environment: Readonly<Record<string, string>>;
  /** The file with the program to start: `{ "program": ["/path/to/program", "ARGUMENT"] }`. */
  insideFile: string;
  /** Runs the program in a terminal, with `script` of util-linux. */
  terminal: boolean;
}

/**
 * Starts a container's command with the program in the cluster's `inside.json`. The command's words follow the program's,
 * and the environment is only the container's. Undefined without that file.
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

/** Resolved with this process's PATH, because the container's PATH belongs to another machine. */
function script(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "script")).find(existsSync) ?? "script";
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
