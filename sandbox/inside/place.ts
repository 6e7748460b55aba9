import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** What the program of a container or machine finds on this machine, while `sandbox ops` runs a command. */
export interface Inside {
  /**
   * By `host:port` of a server that the environment names: its port on 127.0.0.1, or 1, where nobody listens, for one
   * that does not run.
   */
  ports: Readonly<Record<string, number>>;
  /** The program of Ruby, with the gems that Chatwoot's has and `ops` uses. */
  ruby: string;
}

/** It names no password: those are in the environment of the container alone. */
export function writeInside(file: string, inside: Inside): void {
  writeFileSync(file, JSON.stringify(inside), { mode: 0o600 });
}

/** Undefined: nothing runs inside at the moment. */
export function readInside(file: string): Inside | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Inside;
  } catch {
    return undefined;
  }
}

export function forgetInside(file: string): void {
  rmSync(file, { force: true });
}
