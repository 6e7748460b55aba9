import {
  backupCommand,
  fingerprintKey,
  fingerprintOf,
  machineFlags,
  machineName,
  type BackupMachine,
} from "../backup-machine.ts";
import { Flyctl } from "../flyctl.ts";
import { input, optionalInput } from "../inputs.ts";
import { makeScheduled, scheduledMachines, type ScheduledMachine } from "../scheduled-machine.ts";
import type { Step } from "./step.ts";

export const backup: Step = {
  async converge(run) {
    const machine: BackupMachine = {
      app: input("APP"),
      image: input("IMAGE"),
      region: input("REGION"),
      schedule: input("SCHEDULE"),
      memoryMb: input("MEMORY_MB"),
      settings: input("SETTINGS"),
      script: input("SCRIPT"),
      secretsFingerprint: input("SECRETS_FINGERPRINT"),
    };
    const { app, region, image } = machine;
    const wanted: ScheduledMachine = {
      app,
      name: machineName,
      region,
      image,
      command: backupCommand,
      made: { key: fingerprintKey, fingerprint: fingerprintOf(machine), repair: optionalInput("REPAIR") },
      file: { name: "backup.rb", text: machine.script },
      flags: (path) => machineFlags(machine, path),
    };
    const fly = new Flyctl(run, app);
    const found = await fly.preflightBeside(() => scheduledMachines(fly, wanted));
    const { machine: id, started } = await makeScheduled(fly, wanted, found);
    return { machine: id, dumps: started };
  },
};
