import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import {
  backupCommand,
  fingerprintKey,
  fingerprintOf,
  machineFlags,
  machineName,
  type BackupMachine,
} from "../../backup/machine.ts";
import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import type { Step } from "./step.ts";

const machineSchema = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string(),
  config: z.object({ metadata: z.record(z.string(), z.string()).nullish() }),
});
type Machine = z.output<typeof machineSchema>;

/** An image is fetched before the machine starts, and flyctl waits five minutes for that. */
const startSeconds = 600;

async function machines(fly: Flyctl, app: string): Promise<Machine[]> {
  const list = await fly.run(["machine", "list", "--app", app, "--json"]);
  const all = z.array(machineSchema).nullable().parse(JSON.parse(list)) ?? [];
  return all.filter(({ name }) => name === machineName);
}

const isMade = ({ region, config }: Machine, wanted: BackupMachine): boolean =>
  region === wanted.region && config.metadata?.[fingerprintKey] === fingerprintOf(wanted);

async function create(fly: Flyctl, wanted: BackupMachine, flags: string[]): Promise<Machine> {
  const args = ["machine", "run", wanted.image, ...backupCommand, ...flags];
  const run = [...args, "--name", machineName, "--region", wanted.region];
  const result = await fly.attempt(run, { timeoutSeconds: startSeconds });
  // A dump that is over sooner than flyctl looks counts for it as a machine that never started.
  const made = (await machines(fly, wanted.app)).find((machine) => isMade(machine, wanted));
  if (made === undefined) throw fly.problem(run, result);
  return made;
}

/** Which starts it, even one that was stopped. */
async function update(fly: Flyctl, machine: Machine, wanted: BackupMachine, flags: string[]): Promise<Machine> {
  const args = ["--image", wanted.image, "--command", backupCommand.join(" "), "--yes"];
  await fly.run(["machine", "update", machine.id, ...flags, ...args], { timeoutSeconds: startSeconds });
  return machine;
}

export const backup: Step = {
  async converge() {
    const wanted: BackupMachine = {
      app: input("APP"),
      image: input("IMAGE"),
      region: input("REGION"),
      schedule: input("SCHEDULE"),
      memoryMb: input("MEMORY_MB"),
      settings: input("SETTINGS"),
      script: input("SCRIPT"),
      secretsFingerprint: input("SECRETS_FINGERPRINT"),
    };
    const { app } = wanted;
    const fly = new Flyctl(app);
    const found = await fly.preflightBeside(() => machines(fly, app));
    const present = found.find((machine) => isMade(machine, wanted));
    if (present !== undefined) return { machine: present.id, dumps: false };

    // A machine that has not seen the last import of secrets would start without them.
    await fly.run(["secrets", "sync", "--app", app]);
    const elsewhere = found.filter(({ region }) => region !== wanted.region);
    // It holds no data, and names are unique in an app.
    for (const { id } of elsewhere) await fly.run(["machine", "destroy", id, "--force", "--app", app]);
    const here = found.find(({ region }) => region === wanted.region);
    const folder = await mkdtemp(join(tmpdir(), "fly-"));
    try {
      const file = join(folder, "backup.rb");
      await writeFile(file, wanted.script);
      const flags = machineFlags(wanted, file);
      const { id } = here === undefined ? await create(fly, wanted, flags) : await update(fly, here, wanted, flags);
      return { machine: id, dumps: true };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
