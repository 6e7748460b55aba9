import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execa } from "execa";
import { programFile, scheduledProgram } from "../../../components/chatwoot/pipeline-schedule/bundle.ts";
import { scheduledSettings } from "../../../components/chatwoot/pipeline-schedule/environment.ts";
import { testPipelines, type Pipeline, type Run } from "./pipeline-run.ts";

/* The file that CronJobs and scheduled machines run, alone in a folder, against a real PostgreSQL. */

const targets = {
  successRatePercent: 95,
  averageResponseMs: 500,
  deadLetters: 0,
  minimumDeliveries: 1,
  noteSeconds: 10,
};
const good = { success: true, durationMs: 200 };

const open = testPipelines();

async function run(
  { folder, url }: Pipeline,
  args: string[],
  env: Record<string, string | undefined> = {},
): Promise<Run> {
  const file = join(folder, programFile);
  writeFileSync(file, scheduledProgram());
  const { exitCode, stdout, stderr } = await execa(process.execPath, [file, ...args], {
    cwd: folder,
    extendEnv: false,
    env: { ...scheduledSettings("prod", targets), DATABASE_URL: url, ...env },
    reject: false,
    timeout: 120_000,
  });
  return { code: exitCode, stdout, stderr };
}

test("a passing check: 0, with a summary as its last line, without the password", async () => {
  const pipeline = await open();
  await pipeline.delivered(20, good);
  const { code, stdout, stderr } = await run(pipeline, ["check", "15"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^prod: support pipeline, 15 minutes[^]*100\.00 %[^]*All checks passed\.\npipeline check: ok$/,
  );
  expect(stdout).not.toContain(pipeline.server.password);
});

test("checks the configured period", async () => {
  const pipeline = await open();
  await pipeline.delivered(10, { success: false, durationMs: 10 }, 40);
  expect((await run(pipeline, ["check", "15"])).code).toBe(0);
  expect((await run(pipeline, ["check", "60"])).code).toBe(2);
});

test("no deliveries, as at night, cause no alert", async () => {
  const { code, stdout } = await run(await open(), ["check", "15"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("0 deliveries")]);
});

test("a missed target: 2, with the problem and the command for this stack", async () => {
  const pipeline = await open();
  await pipeline.delivered(10, { success: true, durationMs: 900 });
  await pipeline.fact("support.webhook.dead_letter", 2, { lastError: "token=abcdef123456 refused" }, "now()");
  const { code, stdout } = await run(pipeline, ["check", "15"]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/FAILED\s+dead letters\s+2/);
  expect(stdout).toMatch(/FAILED\s+response/);
  expect(stdout).toContain("support.webhookEnabled false --stack prod");
  expect(stdout).toMatch(/pipeline check: needs attention$/);
  expect(stdout).not.toContain("abcdef123456");
});

test("the report as users get it, and 2 if the week missed a target", async () => {
  const pipeline = await open();
  await pipeline.fact("support.webhook.retry", 30, good, "date_trunc('day', now()) - interval '36 hours'");
  const passed = await run(pipeline, ["report"]);
  expect(passed).toMatchObject({ code: 0, stderr: "" });
  expect(passed.stdout).toMatch(/^# Support pipeline of prod: [^]*Every target was met[^]*mermaid[^]*report: ok$/);
  await pipeline.fact("support.webhook.dead_letter", 1, {}, "date_trunc('day', now()) - interval '36 hours'");
  expect(await run(pipeline, ["report"])).toMatchObject({ code: 2 });
});

test("missing tables: a check reports them, a report fails", async () => {
  const pipeline = await open({ migrated: false });
  const check = await run(pipeline, ["check", "15"]);
  expect([check.code, check.stdout]).toEqual([2, expect.stringContaining("pipeline migrate --stack prod")]);
  const report = await run(pipeline, ["report"]);
  expect([report.code, report.stderr]).toEqual([1, expect.stringMatching(/^pipeline: failed: .*migrate --stack prod/)]);
});

test("a wrong password, no server, no configuration: 1, and no secret", async () => {
  const pipeline = await open();
  const refused = await run(pipeline, ["check", "15"], {
    DATABASE_URL: pipeline.url.replace(pipeline.server.password, "planted-wrong-password"),
  });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("no connection")]);
  const unreachable = await run(pipeline, ["check", "15"], {
    DATABASE_URL: "postgresql://facts:planted-wrong-password@127.0.0.1:1/facts",
  });
  expect([unreachable.code, unreachable.stderr]).toEqual([1, expect.stringContaining("no connection")]);
  const nothing = await run(pipeline, ["check", "15"], { DATABASE_URL: undefined });
  expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining("DATABASE_URL: is not set")]);
  const unknown = await run(pipeline, ["dance"]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('unknown command "dance"')]);
  for (const { stdout, stderr } of [refused, unreachable, nothing, unknown])
    expect(stdout + stderr).not.toMatch(/planted-wrong-password/);
});
