import type { ActualApp, Machine } from "./actual.ts";
import type { Comparison } from "./comparison.ts";
import type { ExpectedApp, ScheduledJob } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { shortImage } from "../../lib/image-reference.ts";
import { machineImage } from "./image.ts";

/** Compares scheduled machines without their state: they are stopped most of the time. */
export function compareJobs(stack: string, { app, jobs, steps }: ExpectedApp, { machines }: ActualApp): Comparison[] {
  const again = rerun(stack, steps, "backup", "pipeline");
  return jobs.map((job) => {
    const machine = machines.find(({ id }) => id === job.machine);
    return {
      app,
      what: `machine ${job.machine}`,
      expected: `${job.schedule}, ${job.memoryMb} MB, ${shortImage(job.image)}`,
      actual: machine === undefined ? "gone" : describe(machine, job),
      // The step keeps a machine that carries its fingerprint. It stores no data.
      fix: machine === undefined ? again : `fly machine destroy ${job.machine} --force --app ${app} && ${again}`,
    };
  });
}

function describe(machine: Machine, job: ScheduledJob): string {
  const { schedule, guest } = machine.config;
  const image = machineImage(machine, job.image);
  return `${schedule ?? "no schedule"}, ${guest?.memory_mb ?? "unknown"} MB, ${image}`;
}
