import { Cron } from "croner";
import type { SupportConfig } from "../../../config/schema/support.ts";
import { readCron } from "../../../config/schema/cron.ts";

/** The scheduled runs. */
export type RunName = "check" | "report";

export interface ScheduledRun {
  name: RunName;
  /** Five fields of cron, in UTC. */
  schedule: string;
  /** Arguments of the program (bundle.ts): words, because flyctl would parse flags itself. */
  args: string[];
}

/** Minimum window of a check, so that a few slow responses raise no alarm. */
const leastMinutes = 15;
/** Maximum of `--minutes`: a month. */
const mostMinutes = 44_640;
const dayMs = 86_400_000;

export function scheduledRuns({ check, report }: SupportConfig["schedules"]): ScheduledRun[] {
  const minutes = Math.ceil(Math.max(0, ...gapsMs(check)) / 60_000);
  const window = Math.min(mostMinutes, Math.max(leastMinutes, minutes));
  return [
    { name: "check", schedule: check, args: ["check", String(window)] },
    { name: "report", schedule: report, args: ["report"] },
  ];
}

/** Times between the runs of a schedule with five or six fields, in UTC, for up to 400 runs in a year. */
export function gapsMs(schedule: string): number[] {
  const start = new Date("2026-01-01T00:00:00Z");
  const runs = new Cron(schedule, { timezone: "UTC", paused: true }).nextRuns(400, start).map((run) => run.getTime());
  const shown = runs.filter((run, index) => index < 2 || run - start.getTime() < 366 * dayMs);
  return shown.slice(1).map((run, index) => run - (shown[index] as number));
}

const everyField = { minute: 60, hour: 24, "day of the month": 31, month: 12, "day of the week": 7 };

/** Fly's period for a schedule; undefined if Fly has no such period. */
export function flyPeriod(schedule: string): "hourly" | "daily" | "weekly" | "monthly" | undefined {
  const fields = readCron(schedule, 5);
  if (!(fields instanceof Map)) return undefined;
  const found = Object.entries(everyField).map(([name, all]) => {
    const count = (fields.get(name) as ReadonlySet<number>).size;
    return count === 1 ? "1" : count === all ? "*" : "?";
  });
  return ({ "1****": "hourly", "11***": "daily", "11**1": "weekly", "111**": "monthly" } as const)[found.join("")];
}
