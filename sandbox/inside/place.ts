import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a command inside a container or machine finds on this machine, while `sandbox ops` runs. */
export interface Servers {
  /**
   * By `host:port` of a server that the environment names: its port on 127.0.0.1, or 1, where no process listens, for a
   * server that does not run.
   */
  ports: Readonly<Record<string, number>>;
  /** The program of Ruby, with the gems that Chatwoot's has and `ops` uses. */
  ruby: string;
  /** The PATH of this machine. */
  path: string;
}

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const serversFile = (insideFile: string): string => join(dirname(insideFile), "inside-servers.json");
const write = (file: string, value: unknown): void => writeFileSync(file, JSON.stringify(value), { mode: 0o600 });

/** Names the program that a stand-in starts for a command inside a container or machine (`inside.json` in its folder). */
export function writeProgram(insideFile: string): void {
  const words = [process.execPath, "--disable-warning=ExperimentalWarning", program, serversFile(insideFile)];
  write(insideFile, { program: words });
}

export function forgetProgram(insideFile: string): void {
  rmSync(insideFile, { force: true });
}

/** The file holds no password: those are only in the environment of the container. */
export function writeServers(insideFile: string, servers: Servers): void {
  write(serversFile(insideFile), servers);
}

export function forgetServers(insideFile: string): void {
  rmSync(serversFile(insideFile), { force: true });
}

/** Undefined: no servers run at the moment. */
export function readServers(file: string): Servers | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Servers;
  } catch {
    return undefined;
  }
}
