import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import type { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import type { Workers } from "./rule.ts";

const exitEvent = z.object({ oom_killed: z.boolean().default(false) }).nullish();
const event = z.object({
  type: z.string(),
  timestamp: z.number(),
  request: z.object({ exit_event: exitEvent, MonitorEvent: z.object({ exit_event: exitEvent }).nullish() }).nullish(),
});
const machine = z.object({
  id: z.string(),
  state: z.string(),
  config: z.object({
    guest: z.object({ memory_mb: z.number() }),
    metadata: z.record(z.string(), z.string()).nullish(),
  }),
  events: z.array(event).nullish(),
});

export type Machine = z.output<typeof machine>;

export function readMachines(ask: AppFlyctl): Promise<Machine[]> {
  return ask.json(["machine", "list"], z.array(machine));
}

export const inGroup =
  (group: string) =>
  ({ config }: Machine): boolean =>
    config.metadata?.["fly_process_group"] === group;

/** Sums up the workers: count, memory of the smallest, and whether any ran out of memory. */
export function workersAmong(machines: readonly Machine[], group = "worker"): Workers {
  const workers = machines.filter(inGroup(group));
  return {
    count: workers.length,
    memoryMb: Math.min(...workers.map(({ config }) => config.guest.memory_mb)),
    ranOutOfMemory: workers.some(ranOutOfMemory),
  };
}

/** Only counts events since the last configuration, because the size may have changed. */
export function ranOutOfMemory({ events }: Machine): boolean {
  const newestFirst = [...(events ?? [])].sort((a, b) => b.timestamp - a.timestamp);
  const made = newestFirst.findIndex(({ type }) => type === "launch" || type === "update");
  const since = made === -1 ? newestFirst : newestFirst.slice(0, made);
  return since.some(({ request }) => (request?.exit_event ?? request?.MonitorEvent?.exit_event)?.oom_killed === true);
}

/** Chooses a machine to run commands on: prefers a worker, which serves no requests. */
export function chooseMachine(app: string, machines: readonly Machine[]): string {
  const started = machines.filter(({ state }) => state === "started");
  const chosen = started.find(inGroup("worker")) ?? started.find(inGroup("web"));
  if (chosen !== undefined) return chosen.id;
  throw new StepProblem(
    `app ${app}`,
    "has no started machine of web or worker",
    "Find the cause: `npm run ops -- drift --stack STACK`",
  );
}
