import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import type { Flyctl, RunOptions, RunResult } from "./flyctl.ts";

/** A flyctl that is killed while it creates a machine leaves a lease of ten minutes. */
const limitMs = 11 * 60_000;
const pollMs = 5_000;

const leaseList = z.record(z.string(), z.object({ data: z.object({ expires_at: z.number(), owner: z.string() }) }));

interface Lease {
  machine: string;
  owner: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

async function leasesOf(fly: Flyctl, app: string, machines: readonly string[]): Promise<Lease[]> {
  // The command has no flag --json.
  const text = await fly.run(["machine", "leases", "view", ...machines, "--app", app], { env: { FLY_JSON: "1" } });
  return Object.entries(leaseList.parse(JSON.parse(text)))
    .map(([machine, { data }]) => ({ machine, owner: data.owner, expiresAt: data.expires_at * 1000 }))
    .filter(({ expiresAt }) => expiresAt > Date.now());
}

/**
 * Waits until no other process holds the lease of a machine. Ask before a deployment: flyctl takes the leases only after it
 * ran the preparation.
 */
export async function awaitLeases(fly: Flyctl, app: string, machines: readonly string[]): Promise<void> {
  if (machines.length === 0) return;
  const end = Date.now() + limitMs;
  for (let shown = false; ; shown = true) {
    const [lease] = await leasesOf(fly, app, machines);
    if (lease === undefined) return;
    const { machine, owner, expiresAt } = lease;
    const what = `${owner} holds its lease until ${new Date(expiresAt).toISOString()}`;
    if (Date.now() > end)
      throw new StepProblem(
        `machine ${machine}`,
        `another deployment runs: ${what}`,
        `Wait for it, or run \`fly machine leases clear ${machine} --app ${app}\`, and then \`pulumi up\` again`,
      );
    if (!shown) fly.show(`Machine ${machine}: ${what}, most likely of a deployment that was killed; waiting for it`);
    await sleep(Math.min(pollMs, expiresAt - Date.now()));
  }
}

const leaseHeld = /lease (is )?currently held/i;

/**
 * Deploys. If another process took a lease in the meantime, flyctl has prepared but changed no machine: it deploys once more
 * when the lease is free.
 */
export async function deployBesideOthers(
  fly: Flyctl,
  app: string,
  machines: readonly string[],
  { args, options }: { args: readonly string[]; options: RunOptions },
): Promise<RunResult> {
  const result = await fly.attempt(args, options);
  if (result.ok || !leaseHeld.test(`${result.stdout}\n${result.stderr}`)) return result;
  fly.show("Another process holds the lease of a machine; deploying again when it is free");
  await awaitLeases(fly, app, machines);
  return fly.attempt(args, options);
}
