import { programFile } from "../chatwoot/pipeline-schedule/bundle.ts";
import type { ScheduledMachine } from "./scheduled-machine.ts";
import { sha256 } from "../../lib/fingerprint.ts";
import { sharedSize } from "../../config/machine-size.ts";

const programPath = `/${programFile}`;
/** Tells which of this program's configurations a machine has. */
const fingerprintKey = "chatwoot_pipeline";

/** What a machine is made from; all of it counts as its configuration. */
export interface PipelineMachine {
  app: string;
  /** Of the run, and of the machine. */
  name: string;
  image: string;
  region: string;
  memoryMb: string;
  /** One of Fly's periods. */
  schedule: string;
  /** What the program is started with. */
  args: readonly string[];
  /** Open environment variables. */
  settings: Record<string, string>;
  program: string;
  secretsFingerprint: string;
}

export function pipelineMachine(machine: PipelineMachine): ScheduledMachine {
  const { app, name, image, region, memoryMb: memory, schedule, args, settings, program } = machine;
  const fingerprint = sha256(JSON.stringify(Object.entries(machine).sort(([a], [b]) => (a < b ? -1 : 1)))).slice(0, 32);
  return {
    app,
    name,
    region,
    image,
    command: ["node", programPath, ...args],
    made: { key: fingerprintKey, fingerprint },
    file: { name: programFile, text: program },
    flags: (path) => [
      ...["--app", app],
      ...["--schedule", schedule],
      // What was found is found; the next run comes in its time.
      ...["--restart", "no"],
      ...["--vm-size", sharedSize(Number(memory)), "--vm-memory", memory],
      ...["--file-local", `${programPath}=${path}`],
      ...["--metadata", `${fingerprintKey}=${fingerprint}`],
      ...Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ],
  };
}
