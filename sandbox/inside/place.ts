import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The servers for a command inside a container or machine, while `sandbox ops` runs. */
export interface Servers {
  /**
   * Ports on 127.0.0.1 by the `host:port` that the environment contains. A server that is not running has port 1, where no
   * process listens.
   */
  ports: Readonly<Record<string, number>>;
  /** The Ruby program, with the gems of Chatwoot's Ruby that `ops` uses. */
  ruby: string;
  /** This machine's PATH. */
  path: string;
}

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const serversFile = (insideFile: string): string => join(dirname(insideFile), "inside-servers.json");
const write = (file: string, value: unknown): void => writeFileSync(file, JSON.stringify(value), { mode: 0o600 });

/** Sets the program that a stand-in starts for a command inside a container or machine (`inside.json` in its folder). */
export function writeProgram(insideFile: string): void {
  const words = [process.execPath, "--disable-warning=ExperimentalWarning", program, serversFile(insideFile)];
  write(insideFile, { program: words });
}

export function forgetProgram(insideFile: string): void {
  rmSync(insideFile, { force: true });
}

/** The file contains no passwords: they are only in the container's environment. */
export function writeServers(insideFile: string, servers: Servers): void {
  write(serversFile(insideFile), servers);
}

export function forgetServers(insideFile: string): void {
  rmSync(serversFile(insideFile), { force: true });
}

/** Undefined if no servers are running. */
export function readServers(file: string): Servers | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Servers;
  } catch {
    return undefined;
  }
}
