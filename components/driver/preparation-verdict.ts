import { stripVTControlCharacters } from "node:util";
import { parse } from "smol-toml";
import type { Flyctl } from "./flyctl.ts";

/**
 * Why the preparation of a release that flyctl reports as complete did not succeed; undefined if it did. flyctl can lose
 * the failure to the goroutine that reads the logs, then updates the machines and exits with 0.
 */
export async function failedPreparation(
  fly: Flyctl,
  app: string,
  machineConfig: string,
  { stdout, stderr }: { stdout: string; stderr: string },
): Promise<string | undefined> {
  const { deploy } = parse(machineConfig) as { deploy?: { release_command?: string } };
  if (deploy?.release_command === undefined) return undefined;
  const output = stripVTControlCharacters(`${stdout}\n${stderr}`);
  const failed = /release_command failed/.test(output);
  if (!failed && /release_command \S+ completed successfully/.test(output)) return undefined;
  const id = /Created release_command machine (\S+)/.exec(output)?.[1];
  const exit = id === undefined ? undefined : await exitCodeOf(fly, app, id);
  if (!failed && exit === 0) return undefined;
  const machine = id === undefined ? "" : ` on machine ${id}`;
  return exit === undefined || exit === 0
    ? `the preparation${machine} did not succeed`
    : `the preparation${machine} failed with exit code ${exit}`;
}

/** Fly returns a destroyed machine with its events for some time. */
async function exitCodeOf(fly: Flyctl, app: string, id: string): Promise<number | undefined> {
  const { ok, stdout } = await fly.attempt(["machine", "status", id, "--app", app]);
  const code = /exit_code=(\d+)/.exec(ok ? stdout : "")?.[1];
  return code === undefined ? undefined : Number(code);
}
