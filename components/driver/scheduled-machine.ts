import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Flyctl } from "./flyctl.ts";

const machineSchema = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  config: z.object({ metadata: z.record(z.string(), z.string()).nullish() }),
});
type Machine = z.output<typeof machineSchema>;

/** An image is fetched before the machine starts, and flyctl waits five minutes for that. */
const startSeconds = 600;

/** A machine that Fly starts once in each period, with a file of ours. It holds no data. */
export interface ScheduledMachine {
  app: string;
  /** Of the machine; unique in its app. */
  name: string;
  region: string;
  image: string;
  command: readonly string[];
  /** What tells, in its metadata, that a machine is made as it should be now. */
  made: { key: string; fingerprint: string };
  file: { name: string; text: string };
  /** Flags that `flyctl machine run` and `machine update` share; `path` is where the file lies on this machine. */
  flags: (path: string) => string[];
}

/** What there is under that name; more than one only where somebody made another. */
export async function scheduledMachines(fly: Flyctl, { app, name }: ScheduledMachine): Promise<Machine[]> {
  const list = await fly.run(["machine", "list", "--app", app, "--json"]);
  const all = z.array(machineSchema).nullable().parse(JSON.parse(list)) ?? [];
  return all.filter((machine) => machine.name === name);
}

function isMade({ region, config }: Machine, wanted: ScheduledMachine): boolean {
  return region === wanted.region && config.metadata?.[wanted.made.key] === wanted.made.fingerprint;
}

/**
 * Brings the machine among those found to what is wanted, which starts it, also where it was stopped. Answers with its id,
 * and whether it was started.
 */
export async function makeScheduled(
  fly: Flyctl,
  wanted: ScheduledMachine,
  found: readonly Machine[],
): Promise<{ machine: string; started: boolean }> {
  const present = found.find((machine) => isMade(machine, wanted));
  if (present !== undefined) return { machine: present.id, started: false };

  const { app, region } = wanted;
  // A machine that has not seen the last import of secrets would start without them.
  await fly.run(["secrets", "sync", "--app", app]);
  const elsewhere = found.filter((machine) => machine.region !== region);
  // It holds no data, and names are unique in an app.
  for (const { id } of elsewhere) await fly.run(["machine", "destroy", id, "--force", "--app", app]);
  const here = found.find((machine) => machine.region === region);
  const folder = await mkdtemp(join(tmpdir(), "fly-"));
  try {
    const file = join(folder, wanted.file.name);
    await writeFile(file, wanted.file.text);
    const flags = wanted.flags(file);
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
  // A run that is over sooner than flyctl looks counts for it as a machine that never started.
  const made = (await scheduledMachines(fly, wanted)).find((machine) => isMade(machine, wanted));
  if (made === undefined) throw fly.problem(run, result);
  return made;
}

async function update(fly: Flyctl, machine: Machine, wanted: ScheduledMachine, flags: string[]): Promise<Machine> {
  const args = ["--image", wanted.image, "--command", wanted.command.join(" "), "--yes"];
  await fly.run(["machine", "update", machine.id, ...flags, ...args], { timeoutSeconds: startSeconds });
  return machine;
}
