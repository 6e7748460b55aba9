import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, startRedis, type PostgresServer } from "../../../sandbox/database/database.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

let postgres: PostgresServer;
let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres({ vector: "trusted" }), startRedis()]);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

async function prepare(url: string, env: Record<string, string> = {}): Promise<PreparationRun> {
  const run = await runPreparation({
    binFolder: postgres.binFolder,
    env: { DATABASE_URL: postgres.url, REDIS_URL: url, ...env },
  });
  expect(run.output).not.toContain("planted");
  expect(run.output).not.toContain(redis.password);
  return run;
}

test("a Redis that answers", async () => {
  const { exitCode, output } = await prepare(redis.url);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: "database check: done\nredis check: done" });
});

test.each([
  [
    "does not run",
    () => "redis://:planted-password@127.0.0.1:1/0",
    /Redis does not answer; nothing was changed: .*127\.0\.0\.1:1/,
  ],
  [
    "rejects the password",
    () => redis.url.replace(redis.password, "planted-password"),
    /Redis does not answer; nothing was changed: .*WRONGPASS/,
  ],
])("a Redis that %s: the schema is not loaded", async (_what, url, message) => {
  const { exitCode, output, rails } = await prepare(url());
  expect({ exitCode, rails }).toEqual({ exitCode: 1, rails: [] });
  expect(output).toMatch(message);
  expect(output).toContain("Check that it runs, and REDIS_URL and its password.");
});
