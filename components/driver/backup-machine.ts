import { sha256 } from "../../lib/fingerprint.ts";
import { sharedSize } from "../../config/machine-size.ts";

const scriptPath = "/backup.rb";

/** Name of the app's only machine. */
export const machineName = "backup";

/** Metadata key of the fingerprint of a machine's configuration. */
export const fingerprintKey = "chatwoot_backup";

/** Configuration of the machine; the fingerprint covers all of it. */
export interface BackupMachine {
  app: string;
  image: string;
  region: string;
  schedule: string;
  memoryMb: string;
  /** Environment variables that are not secret, as JSON. */
  settings: string;
  script: string;
  secretsFingerprint: string;
}

export function fingerprintOf(machine: BackupMachine): string {
  const inputs = Object.entries(machine).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(inputs)).slice(0, 32);
}

/** The flags that `flyctl machine run` and `machine update` share. `scriptFile` holds the script on this machine. */
export function machineFlags(machine: BackupMachine, scriptFile: string): string[] {
  const settings = Object.entries(JSON.parse(machine.settings) as Record<string, string>);
  return [
    ...["--app", machine.app],
    ...["--schedule", machine.schedule],
    // A failed dump runs again at its next scheduled time; an immediate retry would most likely fail again.
    ...["--restart", "no"],
    ...["--vm-size", sharedSize(Number(machine.memoryMb)), "--vm-memory", machine.memoryMb],
    ...["--file-local", `${scriptPath}=${scriptFile}`],
    ...["--metadata", `${fingerprintKey}=${fingerprintOf(machine)}`],
    ...settings.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ];
}

export const backupCommand = ["bundle", "exec", "ruby", scriptPath];
