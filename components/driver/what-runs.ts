import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";
import { findMachines, isIdle, serving, type Machine } from "./machines.ts";
import { secretDigests } from "./secret-digests.ts";

/** What runs of an app that has releases, as Fly reports it. */
export interface Running {
  /** The latest release, for example `7 failed`; undefined before the first. */
  release: string | undefined;
  isComplete: boolean;
  /** The serving machines. */
  machines: Machine[];
  /** Digests of the stored secrets by name, staged ones included. */
  digests: Record<string, string>;
}

const releases = z.array(z.object({ Version: z.number(), Status: z.string() })).nullable();

/** Reads what runs of an app; undefined if the app does not exist. */
export async function readRunning(fly: Flyctl, app: string): Promise<Running | undefined> {
  const machines = await findMachines(fly, app);
  if (machines === undefined) return undefined;
  const [released, digests] = await Promise.all([
    fly.run(["releases", "--app", app, "--json"]),
    secretDigests(fly, app),
  ]);
  const [latest] = releases.parse(JSON.parse(released)) ?? [];
  return {
    release: latest === undefined ? undefined : `${latest.Version} ${latest.Status}`,
    isComplete: latest?.Status === "complete",
    machines: serving(machines),
    digests,
  };
}

/** The machines that the stack wants running and that get no requests. */
export function idleMachines(running: Running | undefined): Machine[] {
  return (running?.machines ?? []).filter(isIdle);
}
