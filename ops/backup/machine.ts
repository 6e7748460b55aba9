import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { machineName } from "../../components/driver/backup-machine.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { AppFlyctl } from "../lib/fly/app-flyctl.ts";

const exitEvent = z.object({ exit_code: z.number().default(0), oom_killed: z.boolean().default(false) });
const event = z.object({
  type: z.string(),
  timestamp: z.number(),
  request: z
    .object({ exit_event: exitEvent.nullish(), MonitorEvent: z.object({ exit_event: exitEvent.nullish() }).nullish() })
    .nullish(),
});
const machineList = z
  .array(z.object({ id: z.string(), name: z.string(), state: z.string(), events: z.array(event).nullish() }))
  .nullable();
type Machine = NonNullable<z.output<typeof machineList>>[number];

const pollMs = 3_000;

export interface RunEnd {
  exitCode: number;
  outOfMemory: boolean;
}

/** Starts the machine unless it is running, and waits until it exits. */
export async function runBackupMachine(questions: AppFlyctl, app: string, limitMinutes: number): Promise<RunEnd> {
  const before = await backupMachine(questions, app);
  const seen = lastExit(before)?.timestamp ?? 0;
  if (before.state === "started" || before.state === "starting")
    console.error(`${app} is already making a dump; waiting for it`);
  else await questions.text(["machine", "start", before.id]);
  for (const end = Date.now() + limitMinutes * 60_000; Date.now() < end;) {
    const machine = await backupMachine(questions, app);
    const exit = lastExit(machine);
    // A machine is still `stopped` right after `machine start`; only a new exit event proves that it ran.
    if (machine.state === "stopped" && exit !== undefined && exit.timestamp > seen) return describe(exit);
    await sleep(pollMs);
  }
  throw new StepProblem(
    `machine ${before.id} of ${app}`,
    `is still running after ${limitMinutes} minutes`,
    `Follow it with \`flyctl logs --app ${app}\`, or raise --timeout-minutes`,
  );
}

async function backupMachine(questions: AppFlyctl, app: string): Promise<Machine> {
  const machines = await questions.json(["machine", "list"], machineList);
  const machine = machines?.find(({ name }) => name === machineName);
  if (machine !== undefined) return machine;
  throw new StepProblem(`app ${app}`, `has no machine named ${machineName}`, "Run `pulumi up` to create it");
}

function lastExit(machine: Machine): z.output<typeof event> | undefined {
  return (machine.events ?? [])
    .filter(({ type }) => type === "exit")
    .reduce<z.output<typeof event> | undefined>(
      (last, each) => (last && last.timestamp >= each.timestamp ? last : each),
      undefined,
    );
}

function describe({ request }: z.output<typeof event>): RunEnd {
  const exit = request?.MonitorEvent?.exit_event ?? request?.exit_event;
  // An exit event without a code counts as a failure.
  return { exitCode: exit?.exit_code ?? 1, outOfMemory: exit?.oom_killed ?? false };
}
