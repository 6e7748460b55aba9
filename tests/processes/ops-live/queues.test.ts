import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQueues, queuesCommand } from "../../../ops/scale/queues.ts";
import { rubyWithGems, startRedis, type RedisServer } from "../../../sandbox/database/database.ts";
import { splitWords } from "flyctl-stand-in/shell-words";

/* The program that reads the queues, run by a real Ruby against a real Redis, from the command as a machine gets it. */

const folder = mkdtempSync(join(tmpdir(), "queues-"));
let redis: RedisServer;
let path: string;

beforeAll(async () => {
  redis = await startRedis();
  const { binFolder } = await rubyWithGems();
  // Bundler would search for Chatwoot's gems, which only its image has; Ruby's own gems are used instead.
  writeFileSync(join(folder, "bundle"), '#!/bin/sh\nshift\nexec "$@"\n');
  chmodSync(join(folder, "bundle"), 0o755);
  path = [folder, binFolder, process.env["PATH"]].join(delimiter);
});
afterAll(async () => {
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function redisCommands(...commands: string[][]): Promise<void> {
  for (const command of commands) {
    await execa(join(redis.binFolder, "redis-cli"), ["-p", String(redis.port), ...command], {
      env: { REDISCLI_AUTH: redis.password },
      timeout: 60_000,
    });
  }
}

function readQueues(env: Record<string, string>) {
  const [program = "", ...args] = splitWords(queuesCommand);
  return execa(program, args, {
    env: { PATH: path, HOME: folder, ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
}

test("splits into the same words by a shell's rules and at blanks", () => {
  expect(splitWords(queuesCommand)).toEqual(queuesCommand.split(" "));
});

test("an empty Redis has no queues", async () => {
  const { stdout, exitCode } = await readQueues({ REDIS_URL: redis.url });
  expect(exitCode).toBe(0);
  expect(parseQueues(stdout)).toEqual({
    queues: [],
    retry: 0,
    scheduled: 0,
    overdue: 0,
    dead: 0,
    deadClasses: {},
    processes: 0,
    served: [],
    healthChecks: 0,
  });
});

test("counts Sidekiq's jobs, with the password in the address or beside it", async () => {
  const now = Date.now() / 1000;
  const job = (at: number) => JSON.stringify({ class: "Job", args: ["planted-argument"], enqueued_at: at });
  const deadJob = (wrapped: string, jid: number) =>
    JSON.stringify({ class: "Sidekiq::ActiveJob::Wrapper", wrapped, jid, args: ["planted-argument"] });
  await redisCommands(
    ["SADD", "queues", "default", "low", "mailers", "sidekiq-alive-host-1"],
    // Sidekiq pushes at the head and pops from the tail; a newer version writes milliseconds.
    ["RPUSH", "queue:default", job(now - 1), job(now - 2), job(now - 90)],
    ["RPUSH", "queue:low", job((now - 40) * 1000)],
    ["RPUSH", "queue:sidekiq-alive-host-1", job(now)],
    // Scores are the times at which jobs are due.
    ["ZADD", "retry", String(now - 61), "a", String(now - 50), "b"],
    ["ZADD", "schedule", String(now - 3600), "a", String(now + 60), "b"],
    ["SET", "SIDEKIQ::LIVENESS_PROBE_TIMESTAMP::host", "1", "EX", "600"],
    // More than one page of 500. ActiveJob's own class wraps the job's.
    ["ZADD", "dead", ...Array.from({ length: 501 }, (_, i) => [String(i), deadJob("SendReplyJob", i)]).flat()],
    ["ZADD", "dead", "502", deadJob("Webhooks::SmsEventsJob", 502), "503", job(now)],
    ["SADD", "processes", "host:1:a", "host:1:gone"],
    ["HSET", "host:1:a", "beat", String(now), "info", JSON.stringify({ queues: ["low", "default"] })],
    ["HSET", "host:1:gone", "info", JSON.stringify({ queues: ["mailers"] })],
  );
  const beside = { REDIS_URL: `redis://127.0.0.1:${redis.port}`, REDIS_PASSWORD: redis.password };
  for (const env of [{ REDIS_URL: redis.url }, { REDIS_URL: redis.url, REDIS_PASSWORD: "" }, beside]) {
    const { stdout, stderr, exitCode } = await readQueues(env);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { queues, ...others } = parseQueues(stdout);
    expect(queues.map(({ name, size }) => [name, size])).toEqual([
      ["default", 3],
      ["low", 1],
      ["mailers", 0],
    ]);
    const [first, second, third] = queues.map(({ latencySeconds }) => latencySeconds);
    expect(first).toBeGreaterThanOrEqual(90);
    expect(first).toBeLessThan(120);
    expect(second).toBeGreaterThanOrEqual(40);
    expect(second).toBeLessThan(70);
    expect(third).toBe(0);
    expect(others).toEqual({
      retry: 2,
      scheduled: 2,
      overdue: 2,
      dead: 503,
      deadClasses: { SendReplyJob: 501, "Webhooks::SmsEventsJob": 1, Job: 1 },
      processes: 1,
      served: ["default", "low"],
      healthChecks: 1,
    });
    expect(stdout).not.toContain("planted-argument");
  }
});

test.each<[string, () => Record<string, string>]>([
  ["a wrong password", () => ({ REDIS_URL: `redis://:wrong-password@127.0.0.1:${redis.port}` })],
  ["no Redis", () => ({ REDIS_URL: "redis://:wrong-password@127.0.0.1:1" })],
  ["no address", () => ({})],
])("ends with an error and without the password: %s", async (_, env) => {
  const { stdout, stderr, exitCode } = await readQueues(env());
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).not.toBe("");
  expect(stderr).not.toContain("wrong-password");
});
