import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FlyBackupConfig } from "../../../config/schema/fly.ts";
import { sharedSize } from "../../../config/machine-size.ts";

const parts = ["start", "database", "upload", "retention", "run"];

/** The script that the machine runs, one file made of its parts. */
export const backupScript = parts
  .map((part) => readFileSync(new URL(`script/${part}.rb`, import.meta.url), "utf8"))
  .join("\n");

const scriptPath = "/backup.rb";

/** The one machine of the app. */
export const machineName = "backup";

/** Tells which of this program's configurations a machine has. */
export const fingerprintKey = "chatwoot_backup";

/** What the machine is made from; all of it counts as its configuration. */
export interface BackupMachine {
  app: string;
  image: string;
  region: string;
  schedule: string;
  memoryMb: string;
  /** Environment variables that anybody who can read the app may read, as JSON. */
  settings: string;
  script: string;
  secretsFingerprint: string;
}

/** Where the dumps go, as the script reads it. */
export function backupSettings(config: FlyBackupConfig, app: string): Record<string, string> {
  return {
    BACKUP_BUCKET: config.bucket,
    BACKUP_ENDPOINT: config.endpoint,
    BACKUP_REGION: config.region,
    BACKUP_FORCE_PATH_STYLE: String(config.forcePathStyle),
    BACKUP_PREFIX: (config.prefix ?? app).replace(/^\/+|\/+$/g, ""),
    BACKUP_KEEP: String(config.keep),
  };
}

export function fingerprintOf(machine: BackupMachine): string {
  const inputs = Object.entries(machine).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 32);
}

/** The flags that `flyctl machine run` and `machine update` share. `scriptFile` holds the script on this machine. */
export function machineFlags(machine: BackupMachine, scriptFile: string): string[] {
  const settings = Object.entries(JSON.parse(machine.settings) as Record<string, string>);
  return [
    ...["--app", machine.app],
    ...["--schedule", machine.schedule],
    // A dump that failed is told and tried again when its time comes; at once it would most likely fail again.
    ...["--restart", "no"],
    ...["--vm-size", sharedSize(Number(machine.memoryMb)), "--vm-memory", machine.memoryMb],
    ...["--file-local", `${scriptPath}=${scriptFile}`],
    ...["--metadata", `${fingerprintKey}=${fingerprintOf(machine)}`],
    ...settings.flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ];
}

export const backupCommand = ["bundle", "exec", "ruby", scriptPath];
