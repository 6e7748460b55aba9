import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Sandbox } from "./support.ts";
import { until } from "./until.ts";

/** The number of flyctl calls in a first deployment of staging; tests/sandbox/staging.test.ts counts them. */
export const callsOfFirstDeployment = 27;

type Running = ReturnType<Sandbox["start"]>;

/** Sends kill -9 at the moment to the command line and its process group, as when a terminal's machine dies. */
export async function killAt(
  running: Running,
  what: string,
  moment: () => boolean | Promise<boolean>,
  everyMs = 3,
): Promise<void> {
  let ended = false;
  void running.then(() => (ended = true));
  await until(what, async () => ended || (await moment()), 150_000, everyMs);
  if (running.pid !== undefined && !ended) process.kill(-running.pid, "SIGKILL");
  const { signal, exitCode, all } = await running;
  if (signal !== "SIGKILL")
    throw new Error(`the run ended with ${exitCode}, before it could be killed at ${what}:\n${String(all)}`);
}

/** The creations that killed runs left in the state. */
export function pendingCreates(sandbox: Sandbox, stack: string): string[] {
  const state = JSON.parse(readFileSync(sandbox.folders.state(stack), "utf8"));
  const pending = (state.deployment.pending_operations ?? []) as { type: string; resource: { urn: string } }[];
  return pending.flatMap(({ type, resource }) => (type === "creating" ? [resource.urn] : [])).sort();
}

/** As with Pulumi, they are kept, with a warning, until its command clears them. */
export async function expectCleared(sandbox: Sandbox, stack: string, left: string[], warned: string): Promise<void> {
  expect(pendingCreates(sandbox, stack)).toEqual(left);
  const command = `npm run sandbox -- refresh --stack ${stack} --clear-pending-creates`;
  for (const urn of left) expect(warned).toContain(`${urn}, interrupted while creating`);
  if (left.length > 0) expect(warned).toContain(command);
  await sandbox.run(command.split(" ").slice(4));
  expect(readFileSync(sandbox.folders.state(stack), "utf8")).not.toContain("pending_operations");
}
