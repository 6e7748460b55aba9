import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { parse } from "smol-toml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderOwnRedisConfig } from "../../../components/fly/redis/own-redis-config.ts";
import { freePort } from "kubernetes-sandbox/processes";
import { programs } from "../../../sandbox/database/programs.ts";
import { splitWords } from "flyctl-stand-in/shell-words";

/*
 * The process in fly.toml, run by this machine's shell over a real Redis. Only parts that need root are stubbed: other
 * users and kernel settings. Paths and the port are moved.
 */

const password = "planted-redis-password";
const folder = mkdtempSync(join(tmpdir(), "own-redis-"));
const own = (path: string): string => join(folder, path);
let port: number;
let binFolder: string;
let server: ReturnType<typeof run> | undefined;

beforeAll(async () => {
  ({ binFolder } = await programs("redis"));
  port = await freePort();
  for (const part of ["bin", "etc", "run", "data"]) mkdirSync(own(part));
  const shims = {
    chown: 'echo "chown $*" >> "$LOG"',
    sysctl: 'echo "sysctl $*" >> "$LOG"; exit 1',
    setpriv: 'echo "setpriv $1 $2 $3 $4 $5 $6" >> "$LOG"; shift 5; exec "$@"',
  };
  for (const [name, text] of Object.entries(shims)) {
    writeFileSync(own(`bin/${name}`), `#!/bin/sh\n${text}\n`);
    chmodSync(own(`bin/${name}`), 0o755);
  }
});

afterAll(async () => {
  if (existsSync(`/proc/${server?.pid}`)) process.kill(redisPid(), "SIGKILL");
  await server;
  rmSync(folder, { recursive: true, force: true });
});

function run(program: string, args: readonly string[]) {
  return execa(program, args, {
    extendEnv: false,
    env: {
      PATH: [own("bin"), binFolder, process.env["PATH"]].join(delimiter),
      LOG: own("shims.log"),
      REDIS_PASSWORD: password,
    },
    all: true,
    reject: false,
    timeout: 60_000,
  });
}

async function start(): Promise<void> {
  const config = parse(
    renderOwnRedisConfig({ app: "chat-redis", region: "ord", image: "redis:8.0.0", memoryMb: 512, sizeGb: 1 }),
  ) as {
    processes: { redis: string };
    files: { guest_path: string; raw_value: string }[];
  };
  const [, stopWorkers] = config.files;
  const moved = (text: string): string =>
    text
      .replaceAll(config.files[0]!.guest_path, own("etc/redis.conf"))
      .replaceAll("/run/redis.conf", own("run/redis.conf"))
      .replaceAll("/data", own("data"))
      .replace("port 6379", `port ${port}`)
      .replaceAll("-p 6379", `-p ${port}`)
      .replaceAll(stopWorkers!.guest_path, own("etc/stop-workers.sh"));
  writeFileSync(own("etc/redis.conf"), moved(config.files[0]!.raw_value), { mode: 0o400 });
  writeFileSync(own("etc/stop-workers.sh"), moved(stopWorkers!.raw_value));
  const [program, ...args] = splitWords(config.processes.redis);
  const started = run(program!, args.map(moved));
  server = started;
  for (let tries = 0; (await ask(["ping"])) !== "PONG"; tries++) {
    if (tries > 100) {
      started.kill("SIGKILL");
      throw new Error(`Redis did not start: ${(await started).all}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function ask(command: readonly string[], env: Record<string, string> = { REDISCLI_AUTH: password }) {
  const { all } = await execa(join(binFolder, "redis-cli"), ["-p", String(port), ...command], {
    env,
    all: true,
    reject: false,
    timeout: 60_000,
  });
  return all;
}

test("requires the password, keeps every job, and survives a restart", async () => {
  rmSync(own("etc/redis.conf"), { force: true });
  await start();
  expect(await ask(["ping"], {})).toMatch(/^NOAUTH/);
  expect(await ask(["--user", "default", "ping"])).toBe("PONG");
  const setting = async (name: string) => (await ask(["config", "get", name]))?.split("\n")[1];
  expect([await setting("appendonly"), await setting("maxmemory-policy")]).toEqual(["yes", "noeviction"]);
  expect(Number(await setting("maxmemory"))).toBe(307 * 1024 * 1024);
  expect(await setting("bind")).toBe("* -::*");
  expect(await ask(["lpush", "queue:default", "job"])).toBe("1");

  // An orderly stop waits for the workers, which get TERM at their heartbeat.
  await ask(["sadd", "processes", "worker:1:a"]);
  await ask(["hset", "worker:1:a", "beat", "1"]);
  server!.kill("SIGTERM");
  await expect.poll(() => ask(["rpop", "worker:1:a-signals"])).toBe("TERM");
  expect(await ask(["ping"])).toBe("PONG");
  await ask(["srem", "processes", "worker:1:a"]);
  expect((await server!).exitCode).toBe(0);

  // Sidekiq's jobs are on the volume after an orderly stop and after a crash.
  rmSync(own("etc/redis.conf"), { force: true });
  await start();
  expect(await ask(["lrange", "queue:default", "0", "-1"])).toBe("job");
  await ask(["lpush", "queue:default", "another"]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  process.kill(redisPid(), "SIGKILL");
  expect((await server!).exitCode).not.toBe(0);
  rmSync(own("etc/redis.conf"), { force: true });
  await start();
  expect(await ask(["llen", "queue:default"])).toBe("2");
});

/** Redis is the child of the shell that starts it. */
function redisPid(): number {
  return Number(readFileSync(`/proc/${server!.pid}/task/${server!.pid}/children`, "utf8").trim().split(" ")[0]);
}

test("runs as Redis's own user, without the password in its command line and readable files", () => {
  const commandLine = readFileSync(`/proc/${redisPid()}/cmdline`, "utf8").split("\0");
  expect(commandLine[0]).toMatch(/redis-server/);
  expect(commandLine.join(" ")).not.toContain(password);
  expect(readFileSync(own("shims.log"), "utf8")).toContain(
    "setpriv --reuid redis --regid redis --clear-groups redis-server",
  );
  expect(readFileSync(own("run/redis.conf"), "utf8")).toContain(`requirepass ${password}\n`);
  expect(statSync(own("run/redis.conf")).mode & 0o777).toBe(0o600);
  expect(readFileSync(own("etc/redis.conf"), "utf8")).not.toContain(password);
});
