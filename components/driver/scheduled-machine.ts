import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";
import { findMachineList } from "./machines.ts";
import { secretDigests } from "./secret-digests.ts";

/** Metadata key of the repair that made a machine (release-mark.ts). */
const repairKey = "chatwoot_repair";

const machineSchema = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  config: z.object({ metadata: z.record(z.string(), z.string()).nullish() }),
});
type Machine = z.output<typeof machineSchema>;

/** The image is pulled before the machine starts; flyctl waits up to five minutes for it. */
const startSeconds = 600;

/** A machine that Fly starts once per period, with a project file. It stores no data. */
export interface ScheduledMachine {
  app: string;
  /** Name of the machine, unique in its app. */
  name: string;
  region: string;
  image: string;
  command: readonly string[];
  /** Metadata that marks a machine with the current configuration, and the repair that is due; empty if none is. */
  made: { key: string; fingerprint: string; repair: string };
  file: { name: string; text: string };
  /** Flags of `flyctl machine run` and `machine update`; `path` is the local path of the file. */
  flags: (path: string) => string[];
}

/** What runs of an app with scheduled machines, as Fly reports it. */
export interface ScheduledRunning {
  /** Fingerprint of each machine's configuration, and its repair; empty without one. */
  machines: { name: string; region: string; fingerprint: string; repair: string }[];
  /** Digests of the stored secrets by name, staged ones included. */
  digests: Record<string, string>;
}

/** Reads what runs of an app; undefined if the app does not exist. `key` is the metadata key of the fingerprints. */
export async function readScheduled(fly: Flyctl, app: string, key: string): Promise<ScheduledRunning | undefined> {
  const list = await findMachineList(fly, app);
  if (list === undefined) return undefined;
  const machines = parseMachines(list).map(({ name, region, config }) => ({
    name,
    region,
    fingerprint: config.metadata?.[key] ?? "",
    repair: config.metadata?.[repairKey] ?? "",
  }));
  return { machines, digests: await secretDigests(fly, app) };
}

const parseMachines = (list: string): Machine[] => z.array(machineSchema).nullable().parse(JSON.parse(list)) ?? [];

/** The machines with that name; more than one if another was created manually. */
export async function scheduledMachines(fly: Flyctl, { app, name }: ScheduledMachine): Promise<Machine[]> {
  const list = await fly.run(["machine", "list", "--app", app, "--json"]);
  return parseMachines(list).filter((machine) => machine.name === name);
}

function isMade({ region, config: { metadata } }: Machine, { region: wanted, made }: ScheduledMachine): boolean {
  return region === wanted && metadata?.[made.key] === made.fingerprint && (metadata[repairKey] ?? "") === made.repair;
}

function flagsOf({ flags, made: { repair } }: ScheduledMachine, path: string): string[] {
  return [...flags(path), ...(repair === "" ? [] : ["--metadata", `${repairKey}=${repair}`])];
}

/**
 * Creates or updates the machine, which starts it even if it was stopped. Returns its id and whether it was started.
 */
export async function makeScheduled(
  fly: Flyctl,
  wanted: ScheduledMachine,
  found: readonly Machine[],
): Promise<{ machine: string; started: boolean }> {
  const present = found.find((machine) => isMade(machine, wanted));
  if (present !== undefined) return { machine: present.id, started: false };

  const { app, region } = wanted;
  // Without this, a machine starts without the secrets of the last import.
  await fly.run(["secrets", "sync", "--app", app]);
  const elsewhere = found.filter((machine) => machine.region !== region);
  // The machine stores no data, and names are unique in an app.
  for (const { id } of elsewhere) await fly.run(["machine", "destroy", id, "--force", "--app", app]);
  const here = found.find((machine) => machine.region === region);
  const folder = await mkdtemp(join(tmpdir(), "fly-"));
  try {
    const file = join(folder, wanted.file.name);
    await writeFile(file, wanted.file.text);
    const flags = flagsOf(wanted, file);
    const { id } = here === undefined ? await create(fly, wanted, flags) : await update(fly, here, wanted, flags);
    return { machine: id, started: true };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function create(fly: Flyctl, wanted: ScheduledMachine, flags: string[]): Promise<Machine> {
  const args = ["machine", "run", wanted.image, ...wanted.command, ...flags];
  const run = [...args, "--name", wanted.name, "--region", wanted.region];
  const result = await fly.attempt(run, { timeoutSeconds: startSeconds });
  // flyctl reports a short run as a machine that never started.
  const made = (await scheduledMachines(fly, wanted)).find((machine) => isMade(machine, wanted));
  if (made === undefined) throw fly.problem(run, result);
  return made;
}

async function update(fly: Flyctl, machine: Machine, wanted: ScheduledMachine, flags: string[]): Promise<Machine> {
  const args = ["--image", wanted.image, "--command", wanted.command.join(" "), "--yes"];
  await fly.run(["machine", "update", machine.id, ...flags, ...args], { timeoutSeconds: startSeconds });
  return machine;
}
