import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { machineName } from "../../components/driver/backup-machine.ts";
import { StepProblem } from "../../lib/problem.ts";
import type { Questions } from "../lib/fly/questions.ts";

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

/** How a run of the machine ended. */
export interface RunEnd {
  exitCode: number;
  outOfMemory: boolean;
}

/** Starts the machine, unless it is at work already, and waits until it is done. */
export async function runBackupMachine(questions: Questions, app: string, limitMinutes: number): Promise<RunEnd> {
  const before = await backupMachine(questions, app);
  const seen = lastExit(before)?.timestamp ?? 0;
  if (before.state === "started" || before.state === "starting") console.error(`${app} is dumping already; waiting`);
  else await questions.text(["machine", "start", before.id]);
  for (const end = Date.now() + limitMinutes * 60_000; Date.now() < end;) {
    const machine = await backupMachine(questions, app);
    const exit = lastExit(machine);
    // A machine that has only just been told to start is still stopped; only a new exit tells that it ran.
    if (machine.state === "stopped" && exit !== undefined && exit.timestamp > seen) return describe(exit);
    await sleep(pollMs);
  }
  throw new StepProblem(
    `machine ${before.id} of ${app}`,
    `is not done after ${limitMinutes} minutes`,
    `Look at \`flyctl logs --app ${app}\`; it goes on by itself`,
  );
}

async function backupMachine(questions: Questions, app: string): Promise<Machine> {
  const machines = await questions.json(["machine", "list"], machineList);
  const machine = machines?.find(({ name }) => name === machineName);
  if (machine !== undefined) return machine;
  throw new StepProblem(`app ${app}`, `has no machine named ${machineName}`, "Run `pulumi up`, which makes it");
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
  // An exit without a word about it is not one that went well.
  return { exitCode: exit?.exit_code ?? 1, outOfMemory: exit?.oom_killed ?? false };
}
