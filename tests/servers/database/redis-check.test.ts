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
    "allkeys-lru",
    "kubernetes",
    1,
    /its maxmemory-policy is allkeys-lru: .* nothing was changed\. Set it to noeviction/,
  ],
  ["allkeys-lru", "fly", 0, /warning: its maxmemory-policy is allkeys-lru: when its memory is full, it deletes jobs/],
  ["volatile-lru", "kubernetes", 0, /warning: its maxmemory-policy is volatile-lru: .* sessions and locks/],
])("%s on %s ends with %d", async (policy, INSTALLATION_ENV, exitCode, message) => {
  const evicting = await startRedis({ settings: { "maxmemory-policy": policy } });
  try {
    const run = await prepare(evicting.url, { INSTALLATION_ENV });
    expect({ exitCode: run.exitCode, migrated: run.rails.length > 0 }).toEqual({ exitCode, migrated: exitCode === 0 });
    expect(run.output).toMatch(message);
  } finally {
    await evicting.stop();
  }
});

test("a provider's Redis that reports nothing and refuses CONFIG is accepted with a warning", async () => {
  const hosted = await startRedis({ settings: { "rename-command": 'CONFIG ""\nrename-command INFO ""' } });
  try {
    const { exitCode, output } = await prepare(hosted.url, { INSTALLATION_ENV: "kubernetes" });
    expect(exitCode).toBe(0);
    expect(output).toContain("warning: Redis does not report its maxmemory-policy. Check that it is noeviction.");
  } finally {
    await hosted.stop();
  }
});

test("a Redis in cluster mode is refused", async () => {
  const clustered = await startRedis({ settings: { "cluster-enabled": "yes" } });
  try {
    const { exitCode, output, rails } = await prepare(clustered.url);
    expect({ exitCode, rails }).toEqual({ exitCode: 1, rails: [] });
    expect(output).toContain("Redis is in cluster mode, which Sidekiq does not support; nothing was changed.");
  } finally {
    await clustered.stop();
  }
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
