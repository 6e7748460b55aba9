import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueMetrics } from "../../../components/kubernetes/monitoring/monitors.ts";
import { exporterFlags, queueScript } from "../../../components/kubernetes/monitoring/redis-exporter.ts";
import { versions } from "../../../config/versions.ts";
import { freePort } from "kubernetes-sandbox/processes";
import { startRedis, type RedisServer } from "../../../sandbox/database/database.ts";
import { progressPrinter, buildRedisExporter } from "kubernetes-sandbox/tools";
import { known } from "../../../components/kubernetes/monitoring/test-queries.ts";
import { relabelled, samples, type Labels } from "./relabel.ts";
import { toolCache } from "../../../preview/tool-cache.ts";

let redis: RedisServer;
let program: string;
let port: number;
let exporter: ChildProcess;
let folder: string;

beforeAll(async () => {
  program = await buildRedisExporter(toolCache, progressPrinter(process.stderr));
  redis = await startRedis();
  folder = mkdtempSync(join(tmpdir(), "chatwoot-exporter-"));
  writeFileSync(join(folder, "queues.lua"), queueScript);
  port = await freePort();
  // The flags of the Deployment, with this machine's addresses.
  const flags = exporterFlags.map((flag) =>
    flag
      .replace(/^--web.listen-address=.*/, `--web.listen-address=127.0.0.1:${port}`)
      .replace(/^--script=.*/, `--script=${join(folder, "queues.lua")}`),
  );
  exporter = spawn(program, flags, {
    stdio: "ignore",
    env: { REDIS_ADDR: `redis://127.0.0.1:${redis.port}`, REDIS_PASSWORD: redis.password },
  });
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok) return;
    await sleep(100);
  }
  throw new Error("the exporter does not listen");
});
afterAll(async () => {
  exporter?.kill();
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function command(...args: string[]): Promise<string> {
  const env = { REDISCLI_AUTH: redis.password };
  const cli = join(redis.binFolder, "redis-cli");
  return (await execa(cli, ["-h", "127.0.0.1", "-p", String(redis.port), ...args], { env })).stdout;
}

/** The exporter's metrics after Prometheus' relabeling. */
async function metrics(): Promise<{ labels: Labels; value: number }[]> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return samples(await response.text()).map(({ labels, value }) => ({
    labels: relabelled(labels, queueMetrics),
    value,
  }));
}

async function value(name: string, labels: Labels = {}): Promise<number | undefined> {
  const found = (await metrics()).filter(
    (sample) =>
      sample.labels["__name__"] === name &&
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  );
  expect(found.length, name).toBeLessThan(2);
  return found[0]?.value;
}

const now = (): number => Date.now() / 1000;
/** Sidekiq pushes at the head and pops from the tail. */
const enqueue = (queue: string, enqueuedAt: unknown): Promise<string[]> =>
  Promise.all([
    command("SADD", "queues", queue),
    command("LPUSH", `queue:${queue}`, JSON.stringify({ class: "EventJob", args: [], enqueued_at: enqueuedAt })),
  ]);

test("is the exporter that is deployed", async () => {
  const { stdout } = await execa("go", ["version", "-m", program]);
  expect(stdout).toContain(`github.com/oliver006/redis_exporter\t${versions.redisExporterImage.split(":")[1]}\t`);
});

describe("an empty Redis", () => {
  test("has no worker, no queue, and is up", async () => {
    expect(await value("redis_up")).toBe(1);
    expect(await value("chatwoot_worker_processes")).toBe(0);
    expect(await value("chatwoot_jobs_processed_total")).toBe(0);
    expect((await metrics()).filter(({ labels }) => labels["queue"] !== undefined)).toEqual([]);
  });
});

describe("queues", () => {
  beforeAll(async () => {
    await enqueue("default", now() - 600);
    await enqueue("default", now());
    await enqueue("mailers", Math.round((now() - 90) * 1000));
    await enqueue("sidekiq-alive-host", now() - 99_999);
    await command("SADD", "queues", "low");
    await enqueue("broken", "yesterday");
    await command("LPUSH", "queue:unreadable", "{");
    await command("SADD", "queues", "unreadable");
  });

  test("have their number of jobs and the oldest job's time, in seconds and in milliseconds", async () => {
    expect(await value("chatwoot_queue_jobs", { queue: "default" })).toBe(2);
    const waits = await value("chatwoot_queue_latency_seconds", { queue: "default" });
    expect(waits).toBeGreaterThanOrEqual(599);
    expect(waits).toBeLessThan(660);
    const mails = await value("chatwoot_queue_latency_seconds", { queue: "mailers" });
    expect(mails).toBeGreaterThanOrEqual(89);
    expect(mails).toBeLessThan(150);
  });

  test("without jobs have no waiting time", async () => {
    expect(await value("chatwoot_queue_jobs", { queue: "low" })).toBe(0);
    expect(await value("chatwoot_queue_latency_seconds", { queue: "low" })).toBe(0);
  });

  test("count a job without a readable time, and keep all other numbers", async () => {
    for (const queue of ["broken", "unreadable"]) {
      expect(await value("chatwoot_queue_jobs", { queue })).toBe(1);
      expect(await value("chatwoot_queue_latency_seconds", { queue })).toBeUndefined();
    }
    expect(await value("redis_script_result")).toBe(1);
  });

  test("of the worker's health check are excluded", async () => {
    expect(await value("chatwoot_queue_jobs", { queue: "sidekiq-alive-host" })).toBeUndefined();
  });

  test("keep no label of the exporter", async () => {
    const renamed = (await metrics()).filter(({ labels }) => labels["__name__"]!.startsWith("chatwoot_"));
    expect(renamed.length).toBeGreaterThan(10);
    for (const { labels } of renamed)
      expect(Object.keys(labels).filter((label) => label !== "queue")).toEqual(["__name__"]);
    expect((await metrics()).filter(({ labels }) => labels["__name__"] === "redis_script_values")).toEqual([]);
  });
});

test("scheduled, dead, processed and failed jobs", async () => {
  await command("ZADD", "retry", "1", "a", "2", "b");
  await command("ZADD", "schedule", "1", "a");
  const smsJob = JSON.stringify({ class: "Sidekiq::ActiveJob::Wrapper", wrapped: "Webhooks::SmsEventsJob" });
  await command("ZADD", "dead", "1", "a", "2", "b", "3", smsJob);
  await command("MSET", "stat:processed", "1234567", "stat:failed", "89");
  const names = ["retry", "scheduled", "dead", "dead_public", "processed_total", "failed_total"];
  const values = await Promise.all(names.map((name) => value(`chatwoot_jobs_${name}`)));
  expect(values).toEqual([2, 1, 3, 1, 1_234_567, 89]);
});

test("live workers, without a dead one", async () => {
  await command("SADD", "processes", "worker-1:1:a", "worker-2:1:b", "dead:1:c");
  await command("HSET", "worker-1:1:a", "beat", String(now()), "busy", "4");
  await command("HSET", "worker-2:1:b", "beat", String(now()), "busy", "3");
  expect(await value("chatwoot_worker_processes")).toBe(2);
  expect(await value("chatwoot_worker_busy_threads")).toBe(7);
});

test("refused writes are counted under the name in the alert", async () => {
  await command("CONFIG", "SET", "maxmemory", "1");
  await expect(command("-e", "SET", "x", "y")).rejects.toThrow("OOM");
  expect(await value("redis_errors_total", { err: "OOM" })).toBe(1);
  expect(await value("redis_memory_max_bytes")).toBe(1);
  // The script only reads, so it works on a full Redis too.
  expect(await value("redis_script_result")).toBe(1);
  await command("CONFIG", "SET", "maxmemory", "0");
});

test("exports every metric of Redis and of the queues that alerts and dashboard may use", async () => {
  const given = new Set((await metrics()).map(({ labels }) => labels["__name__"]));
  const { redis_exporter: ofRedis, "queues.lua": ofQueues } = known.givers;
  const wanted = [...Object.keys(ofRedis!.metrics), ...Object.keys(ofQueues!.metrics)];
  expect(wanted.length).toBeGreaterThan(15);
  expect(wanted.filter((name) => !given.has(name))).toEqual([]);
});

test("accepts no other target", async () => {
  const response = await fetch(`http://127.0.0.1:${port}/scrape?target=redis://192.0.2.1:6379`);
  expect(response.status).toBe(404);
});
