import type { ActualApp, Machine } from "./actual.ts";
import type { Comparison } from "./comparison.ts";
import type { ExpectedApp, ScheduledJob } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { imageOf } from "./image.ts";

/** Compares scheduled machines without their state: they are stopped most of the time. */
export function compareJobs(stack: string, { app, jobs, steps }: ExpectedApp, { machines }: ActualApp): Comparison[] {
  const fix = rerun(stack, steps, "backup", "pipeline");
  return jobs.map((job) => {
    const machine = machines.find(({ id }) => id === job.machine);
    return {
      app,
      what: `machine ${job.machine}`,
      expected: `${job.schedule}, ${job.memoryMb} MB, ${imageOf(job.image).text}`,
      actual: machine === undefined ? "gone" : describe(machine, job),
      fix,
    };
  });
}

function describe({ config: { schedule, guest }, image_ref: ref }: Machine, job: ScheduledJob): string {
  const wanted = imageOf(job.image);
  const name = `${[ref.registry, ref.repository].filter(Boolean).join("/")}${ref.tag ? `:${ref.tag}` : ""}`;
  // Fly adds a digest to the configured tag.
  const image =
    imageOf(name).text === wanted.text || (wanted.digest !== undefined && ref.digest === wanted.digest)
      ? wanted.text
      : imageOf(name).text;
  return `${schedule ?? "no schedule"}, ${guest?.memory_mb ?? "unknown"} MB, ${image}`;
}
