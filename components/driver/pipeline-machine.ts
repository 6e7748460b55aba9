import { programFile } from "../chatwoot/pipeline-schedule/bundle.ts";
import type { ScheduledMachine } from "./scheduled-machine.ts";
import { sha256 } from "../../lib/fingerprint.ts";
import { sharedSize } from "../../config/machine-size.ts";

const programPath = `/${programFile}`;
/** Metadata key of the fingerprint of a machine's configuration. */
export const fingerprintKey = "chatwoot_pipeline";

/** Configuration of a machine; the fingerprint covers all of it. */
export interface PipelineMachine {
  app: string;
  /** Name of the run and of the machine. */
  name: string;
  image: string;
  region: string;
  memoryMb: string;
  /** One of Fly's periods. */
  schedule: string;
  /** Arguments of the program. */
  args: readonly string[];
  /** Environment variables that are not secret. */
  settings: Record<string, string>;
  program: string;
  secretsFingerprint: string;
}

/** `repair`: the repair that is due. Default: none. */
export function pipelineMachine(machine: PipelineMachine, repair = ""): ScheduledMachine {
  const { app, name, image, region, memoryMb: memory, schedule, args, settings, program } = machine;
  const fingerprint = sha256(JSON.stringify(Object.entries(machine).sort(([a], [b]) => (a < b ? -1 : 1)))).slice(0, 32);
  return {
    app,
    name,
    region,
    image,
    command: ["node", programPath, ...args],
    made: { key: fingerprintKey, fingerprint, repair },
    file: { name: programFile, text: program },
    flags: (path) => [
      ...["--app", app],
      ...["--schedule", schedule],
      // A failed check is a result; the next run follows on schedule.
      ...["--restart", "no"],
      ...["--vm-size", sharedSize(Number(memory)), "--vm-memory", memory],
      ...["--file-local", `${programPath}=${path}`],
      ...["--metadata", `${fingerprintKey}=${fingerprint}`],
      ...Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ],
  };
}
