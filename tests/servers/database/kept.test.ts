import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keptAddress, knownAddress, removeKept, startKept } from "../../../sandbox/database/database.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kept-"));
  folder = join(root, "facts");
});
afterEach(async () => {
  await removeKept(folder);
  rmSync(root, { recursive: true, force: true });
});

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const isUp = (url: string): Promise<boolean> =>
  ask(url, "SELECT 1").then(
    () => true,
    () => false,
  );
const isDown = (url: string) => expect.poll(() => isUp(url), { timeout: 30_000, interval: 100 }).toBe(false);

test("keeps its data and its address, and runs while it is in use", async () => {
  const address = await keptAddress(folder);
  expect(await isUp(address)).toBe(false);
  const first = await startKept(folder);
  expect(first.url).toBe(address);
  await ask(first.url, "CREATE TABLE facts AS SELECT 7 AS value");
  const second = await startKept(folder);
  await first.release();
  expect(await ask(second.url, "SELECT value FROM facts")).toEqual([{ value: 7 }]);
  await second.release();
  await isDown(address);

  const third = await startKept(folder);
  expect(third.url).toBe(address);
  expect(await ask(third.url, "SELECT value FROM facts")).toEqual([{ value: 7 }]);
  await third.release();
  await isDown(address);
  expect(knownAddress(folder)).toBe(address);
});

test.runIf(process.getuid?.() === 0)("as root, removes the files of a database whose folder was deleted", async () => {
  const server = await startKept(folder);
  await server.release();
  const { home } = JSON.parse(readFileSync(join(folder, "server.json"), "utf8")) as { home: string };
  await isDown(server.url);
  await keptAddress(join(root, "second"));
  expect(existsSync(home)).toBe(true);
  rmSync(folder, { recursive: true });
  await keptAddress(join(root, "third"));
  expect(existsSync(home)).toBe(false);
  for (const name of ["second", "third"]) await removeKept(join(root, name));
});

test("several parallel starts get one server", async () => {
  const all = await Promise.all([startKept(folder), startKept(folder), startKept(folder)]);
  const started = await Promise.all(all.map(({ url }) => ask(url, "SELECT pg_postmaster_start_time()::text AS at")));
  expect(new Set(started.map((rows) => JSON.stringify(rows))).size).toBe(1);
  await Promise.all(all.map((each) => each.release()));
});

test("stops with a killed user, and starts again after it", async () => {
  const module = pathToFileURL(join(import.meta.dirname, "../../../sandbox/database/database.ts")).href;
  const script = `const { startKept } = await import(${JSON.stringify(module)});
    await startKept(process.argv[1]); console.log("up"); setInterval(() => {}, 1e6);`;
  const user = execa("node", ["--input-type=module", "-e", script, folder], { reject: false, timeout: 120_000 });
  await once(user.stdout, "data");
  const address = knownAddress(folder) as string;
  expect(await isUp(address)).toBe(true);
  user.kill("SIGKILL");
  await user;
  await isDown(address);
  const next = await startKept(folder);
  expect(await isUp(next.url)).toBe(true);
  await next.release();
});

test("a port that another program took: another one, if the port may change", async () => {
  const address = await keptAddress(folder);
  const other = createServer().listen(Number(new URL(address).port), "127.0.0.1");
  try {
    expect(await keptAddress(folder)).toBe(address);
    const moved = await keptAddress(folder, { moves: true });
    expect(new URL(moved).port).not.toBe(new URL(address).port);
    expect(new URL(moved).password).toBe(new URL(address).password);
    const server = await startKept(folder);
    expect(server.url).toBe(moved);
    await server.release();
  } finally {
    other.close();
  }
});

test("is not removed while it is in use, and then completely", async () => {
  const server = await startKept(folder);
  const { home } = JSON.parse(readFileSync(join(folder, "server.json"), "utf8")) as { home: string };
  await expect(removeKept(folder, { limitMs: 200 })).rejects.toThrow(/another command uses it/);
  expect(existsSync(home)).toBe(true);
  await server.release();
  await removeKept(folder);
  expect([existsSync(home), existsSync(folder)]).toEqual([false, false]);
});
