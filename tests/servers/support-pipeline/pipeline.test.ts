import { parse } from "yaml";
import { expect, test } from "vitest";
import { connectToFacts } from "../../../components/chatwoot/facts/connection.ts";
import { currentWeek } from "../../../ops/pipeline/week.ts";
import { stackOutputs, testPipelines, type Pipeline, type Run } from "./pipeline-run.ts";

const open = testPipelines();

const good = { success: true, durationMs: 200 };
const lines = ({ stdout }: Run): Record<string, string> =>
  Object.fromEntries(
    [...stdout.matchAll(/^ {2}(ok|FAILED|\?) +(schema|deliveries|success rate|dead letters|response) /gm)].map(
      (found) => [found[2] as string, found[1] as string],
    ),
  );
const allOk = { schema: "ok", deliveries: "ok", "success rate": "ok", "dead letters": "ok", response: "ok" };

test("a healthy pipeline: 0, in 80 columns, and the result is saved without the password", async () => {
  const pipeline = await open();
  await pipeline.delivered(99, good);
  await pipeline.delivered(1, { success: false, durationMs: 400 });
  // Outside of the window, and ignored.
  await pipeline.delivered(50, { success: false, durationMs: 9000 }, 20);
  await pipeline.fact("other.fact", 5, { success: false }, "now()");
  const run = await pipeline.run(["pipeline", "check"]);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(lines(run)).toEqual(allOk);
  expect(run.stdout).toMatch(
    /99\.00 % \(target: over 95 %\)[^]*202 ms average, 95 % in 200 ms[^]*All checks passed\.$/,
  );
  expect(run.stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  const saved = Object.values(pipeline.saved()).join();
  expect(saved).toContain('"deliveries": 100');
  expect(saved).not.toContain(pipeline.server.password);
});

interface Case {
  what: string;
  before: (pipeline: Pipeline) => Promise<unknown>;
  wrong: Record<string, string>;
  expected: RegExp;
}

const cases: Case[] = [
  {
    what: "slow responses",
    before: (pipeline) => pipeline.delivered(10, { success: true, durationMs: 500 }),
    wrong: { response: "FAILED" },
    expected: /500 ms average.*under 500 ms[^]*webhookEnabled/,
  },
  {
    what: "a success rate equal to the target",
    before: async (pipeline) => {
      await pipeline.delivered(95, good);
      await pipeline.delivered(5, { success: false, durationMs: 10 });
    },
    wrong: { "success rate": "FAILED" },
    expected: /95\.00 % \(target: over 95 %\)/,
  },
  {
    what: "dead letters, with their errors and without the secrets in them",
    before: async (pipeline) => {
      await pipeline.delivered(10, good);
      const error = { lastError: "401 from agent,\n token=planted-secret-token" };
      await pipeline.fact("support.webhook.dead_letter", 2, error, "now() - interval '1 minute'");
    },
    wrong: { "dead letters": "FAILED" },
    expected: /2 x 401 from agent, token=\[secret\]/,
  },
  {
    what: "too few rows",
    before: () => Promise.resolve(),
    wrong: { deliveries: "FAILED", "success rate": "?", response: "?" },
    expected: /0 deliveries \(minimum: 1\)[^]*--allow-quiet\.$/,
  },
  {
    what: "rows without values",
    before: async (pipeline) => {
      await pipeline.delivered(40, good);
      await pipeline.delivered(1, { success: "yes", durationMs: "fast" });
    },
    wrong: { deliveries: "FAILED" },
    expected: /1 without success or durationMs[^]*Fix the consumer: the value/,
  },
  {
    what: "a missing table",
    before: (pipeline) => pipeline.sql("DROP TABLE dashboard_facts"),
    wrong: { schema: "FAILED", deliveries: "?", "success rate": "?", "dead letters": "?", response: "?" },
    expected: /dashboard_facts does not exist[^]*npm run ops -- pipeline migrate$/,
  },
  {
    what: "a missing index",
    before: async (pipeline) => {
      await pipeline.delivered(10, good);
      await pipeline.sql("DROP INDEX customer_grades_created_at_idx");
    },
    wrong: { schema: "FAILED" },
    expected: /customer_grades has no valid index on \(created_at\)/,
  },
];

test.each(cases)("$what: 2", async ({ before, wrong, expected }) => {
  const pipeline = await open();
  await before(pipeline);
  const run = await pipeline.run(["pipeline", "check"]);
  expect(run.code, run.stderr).toBe(2);
  expect(lines(run)).toEqual({ ...allOk, ...wrong });
  expect(run.stdout).toMatch(expected);
  expect(run.stdout + Object.values(pipeline.saved()).join()).not.toContain(pipeline.server.password);
  expect(run.stdout).not.toContain("planted-secret-token");
});

test("a quiet night passes with --allow-quiet, dead letters do not", async () => {
  const pipeline = await open();
  expect((await pipeline.run(["pipeline", "check", "--allow-quiet"])).code).toBe(0);
  await pipeline.fact("support.webhook.dead_letter", 1, {}, "now()- interval '1 minute'");
  expect((await pipeline.run(["pipeline", "check", "--allow-quiet"])).code).toBe(2);
});

test("the stack's outputs contain the facts' address and the targets", async () => {
  const pipeline = await open();
  await pipeline.delivered(10, { success: true, durationMs: 700 }, 20);
  const targets = { successRatePercent: 99, averageResponseMs: 800, deadLetters: 0, minimumDeliveries: 5 };
  const env = { CHATWOOT_STATE_FILE: pipeline.state(stackOutputs(pipeline.url, { targets })) };
  const { code, stdout } = await pipeline.run(
    ["pipeline", "check", "--stack", "staging", "--minutes", "30", "--json"],
    { env },
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    name: "staging",
    well: true,
    minutes: 30,
    targets,
    measured: { averageMs: 700 },
  });
});

test("times without a zone are UTC, whatever the server's zone is", async () => {
  const pipeline = await open({ migrated: false });
  await pipeline.sql(`ALTER DATABASE ${pipeline.database} SET timezone = 'America/Chicago'`);
  await pipeline.sql("CREATE TABLE dashboard_facts (fact_type text, value json, recorded_at timestamp)");
  await pipeline.sql(
    `INSERT INTO dashboard_facts VALUES ('support.webhook.retry', '{"success": true, "durationMs": 100}', (now() AT TIME ZONE 'UTC') - interval '1 minute')`,
  );
  expect((await pipeline.run(["pipeline", "migrate"])).code).toBe(0);
  const { stdout } = await pipeline.run(["pipeline", "check", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ well: true, measured: { deliveries: 1, averageMs: 100 } });
});

test("migrate restores what is missing, and a second run finds nothing to do", async () => {
  const pipeline = await open({ migrated: false });
  expect((await pipeline.run(["pipeline", "check"])).code).toBe(2);
  expect(await pipeline.run(["pipeline", "migrate"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("ran 0001_"),
  });
  expect(await pipeline.run(["pipeline", "migrate"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("nothing to migrate"),
  });
});

test("a baseline is recorded and compared with the one before; without deliveries nothing is recorded", async () => {
  const pipeline = await open();
  const none = await pipeline.run(["pipeline", "baseline"]);
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/nothing was recorded: 0 deliveries.*--minutes 240/),
  });
  expect(await pipeline.sql("SELECT count(*) FROM support_baseline")).toBe("0");
  await pipeline.delivered(119, good, 30);
  await pipeline.delivered(1, { success: false, durationMs: 200 }, 30);
  await pipeline.fact("support.webhook.dead_letter", 2, {}, "now() - interval '20 hours'");
  expect((await pipeline.run(["pipeline", "baseline"])).code).toBe(0);
  expect(
    await pipeline.sql(
      "SELECT success_rate, avg_response_ms, requests_per_minute, daily_dlq_count FROM support_baseline",
    ),
  ).toBe("99.17|200|2|2");
  expect((await pipeline.run(["pipeline", "baseline"])).stdout).toMatch(/success rate +99\.17 % +\(99\.17 %\)/);
});

test("the weekly report, by the name of the runbooks: whole days, the week before, charts", async () => {
  const pipeline = await open();
  const at = (day: string): string => `timestamptz '2026-11-${day} 12:00Z'`;
  await pipeline.fact("support.webhook.retry", 100, good, at("17"));
  await pipeline.fact("support.webhook.retry", 50, { success: true, durationMs: 300 }, at("19"));
  await pipeline.fact("support.webhook.retry", 60, good, at("12"));
  await pipeline.fact("support.webhook.retry", 999, { success: false, durationMs: 1 }, at("23"));
  const script = "scripts/support/weekly-health.mjs";
  const run = await pipeline.run(["--until", "2026-11-23"], { script });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain("2026-11-16 to 2026-11-22");
  expect(run.stdout).toMatch(/\| deliveries +\| +150 \| +60 \| +\+90 \|/);
  expect(run.stdout).toMatch(/\| Tue 17 +\| +100 \| +100\.00 % \| +200 ms \| +0 \|\n\| Wed 18 +\| +0 \| +- \| +- \|/);
  expect(run.stdout).toContain('x-axis ["Tue 17", "Thu 19"]');
  expect(run.stdout).toContain("success rate  ·▄·▄···");
  expect(pipeline.saved()["support-weekly-2026-11-22.md"]).toBe(`${run.stdout}\n`);
  await pipeline.fact("support.webhook.dead_letter", 1, { lastError: "a | b `c`" }, at("18"));
  const worse = await pipeline.run(["--until", "2026-11-23"], { script });
  expect(worse.code).toBe(2);
  expect(worse.stdout).toMatch(/\*\*Not met:\*\* dead letters, 1[^]*a \\\| b \\`c\\`/);
});

test("a report covers a pipeline's first day until now, and only whole days afterwards", async () => {
  const pipeline = await open();
  expect((await pipeline.run(["pipeline", "report"])).code).toBe(2);
  await pipeline.fact("support.webhook.retry", 7, good, "timestamptz '2026-11-21 08:00Z'");
  const client = await connectToFacts(pipeline.url, { statementTimeoutSeconds: 30, lockTimeoutSeconds: 5 }, "test");
  const week = async (now: string) => {
    const { span, startedToday } = await currentWeek(client, new Date(now));
    return [span.from, span.to].map((at) => at.toISOString().slice(0, 10)).concat(startedToday ? "young" : []);
  };
  expect(await week("2026-11-21T08:05:00Z")).toEqual(["2026-11-15", "2026-11-22", "young"]);
  expect(await week("2026-11-22T00:00:00Z")).toEqual(["2026-11-15", "2026-11-22"]);
  await pipeline.fact("support.webhook.dead_letter", 1, {}, "timestamptz '2026-11-01 08:00Z'");
  expect(await week("2026-11-21T08:05:00Z")).toEqual(["2026-11-14", "2026-11-21"]);
  await client.end();

  const young = await open();
  await young.fact("support.webhook.retry", 7, good, "now()");
  const run = await young.run(["pipeline", "report"]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/Every target was met[^]*\| deliveries +\| +7 \| +0 \|/);
});

test("the workflow runs at the configured times, with the targets, and contains no secret", async () => {
  const pipeline = await open();
  const schedules = { check: "*/5 * * * *", report: "0 7 * * 2" };
  const env = { CHATWOOT_STATE_FILE: pipeline.state(stackOutputs(pipeline.url, { schedules })) };
  const { code, stdout } = await pipeline.run(["pipeline", "workflow", "--stack", "staging"], { env });
  expect(code).toBe(0);
  const file = parse(stdout) as {
    on: { schedule: unknown };
    jobs: Record<string, { if: string; environment: string }>;
  };
  expect(file.on.schedule).toEqual([{ cron: "*/5 * * * *" }, { cron: "0 7 * * 2" }]);
  expect(file.jobs["report"]).toMatchObject({
    environment: "staging-checks",
    if: expect.stringContaining("'0 7 * * 2'"),
  });
  expect(stdout).toContain("${{ secrets.DATABASE_URL_STAGING }}");
  expect(stdout).not.toContain(pipeline.server.password);
});

test.each([
  [
    "no connection",
    { DATABASE_URL: "postgresql://u:planted-password@127.0.0.1:1/facts" },
    ["check"],
    /no connection: .*ECONNREFUSED.*`npm run ops -- pipeline check`\.$/,
  ],
  ["no database", {}, ["check"], /no stack was given, and DATABASE_URL is not set\. Use `--stack STACK`/],
  [
    "an invalid URL",
    { DATABASE_URL: "mysql://u:planted-password@h/d" },
    ["report"],
    /DATABASE_URL: does not start with postgresql/,
  ],
  [
    "an invalid number of minutes",
    { DATABASE_URL: "postgresql://u:p@h/d" },
    ["check", "--minutes", "0"],
    /from 1 to 44640/,
  ],
  ["an invalid date", { DATABASE_URL: "postgresql://u:p@h/d" }, ["report", "--until", "2026-02-31"], /Use a date/],
])("%s: exit code 1 and the fix", async (_, env, args, expected) => {
  const pipeline = await open();
  const { code, stdout, stderr } = await pipeline.run(["pipeline", ...args], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(expected);
  expect(stdout + stderr).not.toContain("planted-password");
});
