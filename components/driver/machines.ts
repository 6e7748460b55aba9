import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";
import { markVariable } from "./release-mark.ts";

const machineSchema = z.object({
  id: z.string(),
  state: z.string(),
  region: z.string().default(""),
  cordoned: z.boolean().nullish(),
  image_ref: z.object({ repository: z.string().default(""), tag: z.string().nullish() }).optional(),
  config: z
    .object({
      image: z.string().optional(),
      env: z.record(z.string(), z.string()).nullish(),
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
  region: string;
  /** Tag of its image, or the complete name without a tag. */
  version: string;
  release: string;
  standby: boolean;
  /** Whether the proxy sends it no requests. */
  cordoned: boolean;
  /** The mark of its release (release-mark.ts); empty without one. */
  mark: string;
  /** Names of the checks that do not pass. */
  failingChecks: string[];
}

const releaseGroup = "fly_app_release_command";

/** Whether it is the machine of an active preparation. */
export function isPreparing(machine: Machine): boolean {
  return machine.group === releaseGroup && isRunning(machine);
}

const listCommand = (app: string): string[] => ["machine", "list", "--app", app, "--json"];

/** All machines of the app. */
export async function listMachines(fly: Flyctl, app: string): Promise<Machine[]> {
  return machinesIn(await fly.run(listCommand(app)));
}

/** All machines of the app; undefined if the app does not exist. */
export async function findMachines(fly: Flyctl, app: string): Promise<Machine[] | undefined> {
  const list = await findMachineList(fly, app);
  return list === undefined ? undefined : machinesIn(list);
}

/** The machines of the app as JSON; undefined if the app does not exist. */
export async function findMachineList(fly: Flyctl, app: string): Promise<string | undefined> {
  const result = await fly.attempt(listCommand(app));
  if (result.ok) return result.stdout;
  if (/could not find app/i.test(`${result.stdout}\n${result.stderr}`)) return undefined;
  throw fly.problem(listCommand(app), result);
}

function machinesIn(stdout: string): Machine[] {
  return (z.array(machineSchema).nullable().parse(JSON.parse(stdout)) ?? []).map(describeMachine);
}

function describeMachine({
  id,
  state,
  region,
  cordoned,
  image_ref,
  config,
  checks,
}: z.output<typeof machineSchema>): Machine {
  const metadata = config?.metadata ?? {};
  return {
    id,
    state,
    region,
    group: metadata["fly_process_group"] ?? "",
    version: image_ref?.tag || config?.image || image_ref?.repository || "unknown",
    release: metadata["fly_release_version"] ?? "",
    standby: (config?.standbys ?? []).length > 0,
    cordoned: cordoned === true,
    mark: config?.env?.[markVariable] ?? "",
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

/** Whether a serving machine gets no requests: it is stopped or cordoned, as in a maintenance window. */
export function isIdle(machine: Machine): boolean {
  return machine.cordoned || !isRunning(machine);
}

export function isHealthy(machine: Machine): boolean {
  return machine.state === "started" && machine.failingChecks.length === 0;
}
