import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  redisFolders,
  redisPreStop,
  redisProbes,
  renderRedisConf,
} from "../../../components/kubernetes/redis/settings.ts";
import { freePort } from "kubernetes-sandbox/processes";
import { programs } from "../../../sandbox/database/programs.ts";

/* The pod's settings and probes on a real Redis; only the folders and the port are moved. */

const password = "planted-redis-password";
const folder = mkdtempSync(join(tmpdir(), "kubernetes-redis-"));
let binFolder: string;
let port: number;
let server: ReturnType<typeof start>;

beforeAll(async () => {
  ({ binFolder } = await programs("redis"));
  port = await freePort();
  for (const part of ["data", "settings", "auth"]) mkdirSync(join(folder, part));
  writeFileSync(join(folder, "auth/password"), password);
  writeFileSync(join(folder, "auth/auth.conf"), `requirepass ${password}`);
  writeFileSync(join(folder, "settings/redis.conf"), moved(renderRedisConf(512)));
  server = start();
  await becomesReady();
});
afterAll(async () => {
  server.kill("SIGTERM");
  await server;
  rmSync(folder, { recursive: true, force: true });
});

function moved(text: string): string {
  const folders = Object.entries(redisFolders).reduce(
    (all, [name, path]) => all.replaceAll(path, join(folder, name)),
    text,
  );
  return folders.replace("port 6379", `port ${port}\nbind 127.0.0.1`).replaceAll("-p 6379", `-p ${port}`);
}

const env = () => ({ PATH: [binFolder, process.env["PATH"]].join(delimiter) });
const run = (program: string, args: readonly string[], more: Record<string, string> = {}) =>
  execa(program, args, { env: { ...env(), ...more }, extendEnv: false, reject: false, timeout: 60_000 });
const start = () => run("redis-server", [join(folder, "settings/redis.conf")]);

async function probe(which: "live" | "ready"): Promise<number | undefined> {
  const [program, ...args] = redisProbes[which].map(moved);
  return (await run(program!, args)).exitCode;
}

async function becomesReady(): Promise<void> {
  for (let tries = 0; (await probe("ready")) !== 0; tries++) {
    if (tries > 100) throw new Error(`Redis did not start: ${(await server).stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function ask(...words: string[]): Promise<string> {
  return (await run("redis-cli", ["-p", String(port), ...words], { REDISCLI_AUTH: password })).stdout;
}

test.each([
  ["maxmemory", String(384 * 1024 * 1024)],
  ["maxmemory-policy", "noeviction"],
  ["appendonly", "yes"],
  ["appendfsync", "everysec"],
])("runs with %s %s", async (name, value) => {
  expect((await ask("config", "get", name)).split("\n")).toEqual([name, value]);
});

test("requires the password", async () => {
  expect((await run("redis-cli", ["-p", String(port), "ping"])).stdout).toContain("NOAUTH");
  expect(await ask("ping")).toBe("PONG");
});

test("is alive and ready; with a wrong password it is alive but not ready", async () => {
  expect([await probe("live"), await probe("ready")]).toEqual([0, 0]);
  writeFileSync(join(folder, "auth/password"), "wrong");
  expect([await probe("live"), await probe("ready")]).toEqual([0, 1]);
  writeFileSync(join(folder, "auth/password"), password);
});

test("the password is neither in its command line nor in its environment", async () => {
  const { stdout } = await execa("ps", ["-ww", "-o", "args=", "-p", String(server.pid)]);
  expect(stdout).toContain("redis-server");
  expect(stdout).not.toContain(password);
  expect(JSON.stringify([moved(renderRedisConf(512)), env()])).not.toContain(password);
});

describe("before Redis stops", () => {
  const preStop = () => run(redisPreStop[0], redisPreStop.slice(1).map(moved));

  test("each worker gets TERM at its heartbeat, and Redis waits until all have finished", async () => {
    await ask("sadd", "processes", "one:1:a", "two:1:b", "killed:1:c");
    for (const worker of ["one:1:a", "two:1:b"]) await ask("hset", worker, "beat", "1");
    let hasEnded = false;
    const stopping = preStop().finally(() => (hasEnded = true));
    // Sidekiq pops one signal per heartbeat, and leaves `processes` when its jobs are done.
    for (const worker of ["one:1:a", "two:1:b"]) {
      await expect.poll(() => ask("rpop", `${worker}-signals`)).toBe("TERM");
      expect(hasEnded).toBe(false);
      await ask("srem", "processes", worker);
    }
    expect((await stopping).exitCode).toBe(0);
    expect(Number(await ask("ttl", "two:1:b-signals"))).toBeLessThanOrEqual(60);
  });

  test.each([
    ["without workers", password],
    ["without a working password", "wrong"],
  ])("%s it does not wait", async (_, auth) => {
    await ask("hset", "one:1:a", "beat", "1");
    await ask(auth === password ? "srem" : "sadd", "processes", "one:1:a");
    writeFileSync(join(folder, "auth/password"), auth);
    const started = Date.now();
    expect((await preStop()).exitCode).toBe(0);
    expect(Date.now() - started).toBeLessThan(20_000);
    writeFileSync(join(folder, "auth/password"), password);
    await ask("del", "processes");
  });
});

test("keeps its data after a crash", async () => {
  await ask("rpush", "queue:default", "job");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  server.kill("SIGKILL");
  await server;
  expect([await probe("live"), await probe("ready")]).toEqual([1, 1]);
  server = start();
  await becomesReady();
  expect(await ask("llen", "queue:default")).toBe("1");
});
