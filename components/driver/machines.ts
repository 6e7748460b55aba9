import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";

const machineSchema = z.object({
  id: z.string(),
  state: z.string(),
  created_at: z.string().default(""),
  image_ref: z.object({ repository: z.string().default(""), tag: z.string().nullish() }).optional(),
  config: z
    .object({
      image: z.string().optional(),
      metadata: z.record(z.string(), z.string()).nullish(),
      standbys: z.array(z.string()).nullish(),
    })
    .nullish(),
  checks: z.array(z.object({ name: z.string(), status: z.string() })).nullish(),
});

/** A machine of an app. */
export interface Machine {
  id: string;
  /** Process group; `fly_app_release_command` for the preparation's machine. */
  group: string;
  /** created, started, stopped, suspended, and others. */
  state: string;
  /** Tag of its image, or the complete name without a tag. */
  version: string;
  release: string;
  standby: boolean;
  /** Milliseconds since the epoch; 0 if Fly does not report it. */
  createdAt: number;
  /** Names of the checks that do not pass. */
  failingChecks: string[];
}

const releaseGroup = "fly_app_release_command";

/** Whether it is the machine of an active preparation. */
export function isPreparing(machine: Machine): boolean {
  return machine.group === releaseGroup && isRunning(machine);
}

/** All machines of the app. */
export async function listMachines(fly: Flyctl, app: string): Promise<Machine[]> {
  const list = z.array(machineSchema).nullable();
  return (list.parse(JSON.parse(await fly.run(["machine", "list", "--app", app, "--json"]))) ?? []).map(
    describeMachine,
  );
}

function describeMachine({
  id,
  state,
  created_at,
  image_ref,
  config,
  checks,
}: z.output<typeof machineSchema>): Machine {
  const metadata = config?.metadata ?? {};
  return {
    id,
    state,
    group: metadata["fly_process_group"] ?? "",
    version: image_ref?.tag || config?.image || image_ref?.repository || "unknown",
    release: metadata["fly_release_version"] ?? "",
    standby: (config?.standbys ?? []).length > 0,
    createdAt: Date.parse(created_at) || 0,
    failingChecks: (checks ?? []).filter(({ status }) => status !== "passing").map(({ name }) => name),
  };
}

/** The serving machines: neither the preparation's nor standby machines. */
export function serving(machines: readonly Machine[]): Machine[] {
  return machines.filter(({ group, standby }) => group !== "" && group !== releaseGroup && !standby);
}

export function isRunning({ state }: Machine): boolean {
  return state === "started" || state === "starting";
}

export function isHealthy(machine: Machine): boolean {
  return machine.state === "started" && machine.failingChecks.length === 0;
}
