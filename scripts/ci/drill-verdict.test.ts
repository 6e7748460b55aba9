import { describe, expect, test } from "vitest";
import { drillVerdict, newestJob, readDrill, type Drill } from "./drill-verdict.ts";

const name = "chatwoot-restore-drill";
const now = new Date("2026-11-23T06:41:00Z");
/** Sundays at 05:00 UTC: before `now` on the 22nd, the 15th and the 8th. */
const schedule = "0 5 * * 0";

const cronJob = (status: object, spec: object = {}) => ({
  metadata: { name, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { schedule, ...spec },
  status,
});
const job = (day: string, status: object, owner = name) => ({
  metadata: {
    name: `${owner}-${day}`,
    creationTimestamp: `2026-11-${day}T05:00:00Z`,
    ownerReferences: [{ kind: "CronJob", name: owner }],
  },
  status,
});
const succeeded = (day: string) => job(day, { succeeded: 1 });
const failed = (day: string) => job(day, { failed: 1 });
const on = (day: string) => ({ lastSuccessfulTime: `2026-11-${day}T05:04:10Z` });

function verdict(cronJobs: object[], jobs: object[], log = ""): string | undefined {
  return drillVerdict(readDrill({ items: cronJobs }, { items: jobs }), log, "prod", now);
}

test.each<[string, object[], object[]]>([
  ["the last one succeeded", [cronJob(on("22"))], [succeeded("15"), succeeded("22")]],
  ["the last one is running", [cronJob(on("15"))], [succeeded("15"), job("22", { active: 1 })]],
  ["Jobs were deleted, and one succeeded in time", [cronJob(on("22"))], []],
  ["an older one failed", [cronJob(on("22"))], [succeeded("22"), failed("15")]],
  ["another CronJob's failed", [cronJob(on("22"))], [job("23", { failed: 1 }, "backup")]],
])("proven: %s", (_what, cronJobs, jobs) => {
  expect(verdict(cronJobs, jobs)).toBeUndefined();
});

describe("not proven", () => {
  test.each<[string, object[], object[], RegExp]>([
    ["no drill", [], [], /^### prod has no restore drill\n/],
    [
      "a suspended one",
      [cronJob(on("22"), { suspend: true })],
      [succeeded("22")],
      /^### The restore drill is suspended\n/,
    ],
    [
      "the newest failed",
      [cronJob(on("15"))],
      [failed("22"), succeeded("15")],
      /^### The drill of 2026-11-22 failed\n[^]*describe job chatwoot-restore-drill-22`/,
    ],
    [
      "two were missed",
      [cronJob(on("08"))],
      [],
      /^### No drill since 2026-11-08 has succeeded\n[^]*kubectl create job/,
    ],
    ["none ever ran", [cronJob({})], [], /^### No drill has succeeded\n/],
  ])("%s", (_what, cronJobs, jobs, expected) => {
    expect(verdict(cronJobs, jobs)).toMatch(expected);
  });

  test("with the drill's log", () => {
    const line = '{"event":"restore-drill","result":"failed","reason":"no accounts"}';
    expect(verdict([cronJob(on("15"))], [failed("22")], `${line}\n`)).toContain(`\n~~~~text\n${line}\n~~~~\n`);
  });

  test("within the size limit of an issue", () => {
    expect(verdict([cronJob(on("15"))], [failed("22")], "x".repeat(200_000))!.length).toBeLessThan(65_536);
  });
});

test("a new drill has time until its second Sunday", () => {
  const made = (day: string): Drill => ({
    cronJob: { schedule, suspended: false, createdAt: new Date(`2026-11-${day}T12:00:00Z`), succeededAt: undefined },
    jobs: [],
  });
  expect(drillVerdict(made("20"), "", "prod", now)).toBeUndefined();
  expect(drillVerdict(made("10"), "", "prod", now)).toMatch(/No drill has succeeded/);
});

test("the newest by time, in any order", () => {
  const { jobs } = readDrill({ items: [] }, { items: [succeeded("15"), failed("22"), succeeded("08")] });
  expect(newestJob({ jobs })).toMatchObject({ name: `${name}-22`, state: "failed" });
});

test("unexpected JSON is an error", () => {
  expect(() => readDrill({ kind: "Status" }, { items: [] })).toThrow();
});
