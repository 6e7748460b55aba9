import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { once } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { rubyLibraries, rubyWithGems, startPostgres, startRedis } from "../../../sandbox/database/database.ts";
import { isListening } from "../../../sandbox/database/port-open.ts";
import { until } from "../../sandbox/until.ts";

/** A separate folder for servers, so that servers of other tests are not counted. */
const folder = mkdtempSync(join(tmpdir(), "servers-"));
// With the usual permissions: under root, servers run as another user.
chmodSync(folder, 0o1777);
process.env.TMPDIR = folder;
const kept = () => readdirSync(folder);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a database leaves nothing once it is stopped", async () => {
  const server = await startPostgres({ databases: ["one", "two"], settings: { max_connections: 7 } });
  expect(await server.sql("SHOW max_connections")).toBe("7");
  expect(await server.sql("SELECT current_database()", "two")).toBe("two");
  expect(await isListening(server.port)).toBe(true);
  await server.stop();
  expect(await isListening(server.port)).toBe(false);
  expect(kept()).toEqual([]);
});

test("two databases share nothing: neither content nor password", async () => {
  const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
  try {
    await one.sql("CREATE TABLE only_here (id integer)");
    const tables = "SELECT count(*) FROM pg_class WHERE relname = 'only_here'";
    expect([await one.sql(tables), await other.sql(tables)]).toEqual(["1", "0"]);
    const entered = await execa(
      join(one.binFolder, "psql"),
      [one.address({ password: other.password }), "-c", tables],
      {
        reject: false,
        timeout: 60_000,
      },
    );
    expect(entered.stderr).toContain("password authentication failed");
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

test.each(["absent", "trusted", "untrusted"] as const)("a database where vector is %s", async (vector) => {
  const server = await startPostgres({ vector });
  try {
    const known = "SELECT trusted FROM pg_available_extension_versions WHERE name = 'vector'";
    expect(await server.sql(known)).toBe({ absent: "", trusted: "t", untrusted: "f" }[vector]);
    expect(await server.sql("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")).toBe("1");
    if (vector === "absent") return;
    await server.sql(
      "CREATE EXTENSION vector; CREATE TABLE items (embedding vector(1536)); INSERT INTO items VALUES ('[1,2]')",
    );
    const dump = await execa(
      join(server.binFolder, "pg_dump"),
      ["-h", server.host, "-p", String(server.port), "-U", "postgres", "chatwoot"],
      {
        env: { PGPASSWORD: server.password },
        timeout: 60_000,
      },
    );
    expect(dump.stdout).toContain("embedding public.vector(1536)");
    expect(dump.stdout).toContain("[1,2]");
  } finally {
    await server.stop();
  }
});

test("a server that does not start prints the reason, and leaves nothing", async () => {
  await expect(startPostgres({ settings: { shared_buffers: "nonsense" } })).rejects.toThrow(
    'invalid value for parameter "shared_buffers"',
  );
  expect(kept()).toEqual([]);
});

test("servers end with the process that started them, even if it is killed", async () => {
  const program = `
    import { startPostgres, startRedis } from ${JSON.stringify(new URL("../../../sandbox/database/database.ts", import.meta.url).href)};
    const [postgres, redis] = await Promise.all([startPostgres({ vector: "trusted" }), startRedis()]);
    console.log(JSON.stringify([postgres.port, redis.port]));
    setInterval(() => {}, 1000);
  `;
  const child = spawn("node", ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const ports = JSON.parse(line.toString()) as number[];
  expect(await Promise.all(ports.map(isListening))).toEqual([true, true]);
  expect(kept()).toHaveLength(2);
  child.kill("SIGKILL");
  await until("no server listens", async () => !(await Promise.all(ports.map(isListening))).includes(true), 20_000);
  await until("no folder is left", () => Promise.resolve(kept().length === 0), 20_000);
});

test("Redis requires its password, and Ruby has the libraries of Chatwoot's scripts", async () => {
  const [redis, { ruby }] = await Promise.all([startRedis(), rubyWithGems()]);
  try {
    const load = rubyLibraries.map((library) => `-r${library}`);
    const ping = (url: string) =>
      execa(ruby, [...load, "-e", 'puts Redis.new(url: ENV.fetch("URL")).ping'], {
        env: { URL: url },
        reject: false,
        timeout: 60_000,
      });
    expect((await ping(redis.url)).stdout).toBe("PONG");
    expect((await ping(`redis://127.0.0.1:${redis.port}`)).stderr).toContain("NOAUTH");
    expect(existsSync(join(redis.binFolder, "redis-cli"))).toBe(true);
  } finally {
    await redis.stop();
  }
});

test("names the package to install if a server is neither installed nor downloadable", async () => {
  await expect(startRedis({ env: { PATH: folder } })).rejects.toThrow(
    "redis: not found, and this machine has no apt-get to fetch it. Install Redis, for instance by brew install redis, and try again.",
  );
  expect(kept()).toEqual([]);
});
