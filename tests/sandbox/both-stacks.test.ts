import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { objectNames as names } from "../../components/kubernetes/names.ts";
import { bornAt } from "kubernetes-sandbox/processes";
import type { Kind } from "kubernetes-sandbox/client";
import { openKube, type Kube } from "./cluster.ts";
import { processesOf } from "./processes.ts";
import { openSandbox, type CliRun } from "./support.ts";

const sandbox = openSandbox();
let first: CliRun;
let kube: Kube;

beforeAll(async () => {
  first = await sandbox.run(["up"], { limitSeconds: 280 });
  kube = await openKube(sandbox);
});
afterAll(async () => {
  kube?.close();
  await sandbox.dispose();
});

test("deploys both stacks from nothing and prints their addresses", () => {
  const summary = first.output.slice(first.output.indexOf("Deployed:"));
  expect(summary).toMatch(/^ {2}staging +fly +https:\/\/hotdash-chatwoot\.fly\.dev +chatwoot\/chatwoot:v/m);
  expect(summary).toMatch(/^ {2}prod +kubernetes +https:\/\/chat\.newjoy\.ro +chatwoot\/chatwoot:v/m);
  expect(first.output.match(/^\d+ created in [\d.]+ s\.$/gm)).toHaveLength(2);
});

test("creates the objects under the names in the runbooks", async () => {
  const expected: [Kind, string][] = [
    ["Deployment", `${names.release}-web`],
    ["Deployment", `${names.release}-worker`],
    ["Deployment", names.proxy],
    ["Service", names.release],
    ["Service", names.redis],
    ["StatefulSet", names.redis],
    ["ConfigMap", names.settings],
    ["ConfigMap", names.bootstrap],
    ["Secret", names.secrets],
    ["Secret", names.bootstrap],
    ["Secret", names.redis],
    ["Secret", names.databaseCredentials],
    ["Secret", names.backupCredentials],
    ["Cluster", names.database],
    ["PersistentVolumeClaim", names.storage],
  ];
  const found = await Promise.all(expected.map(async ([kind, name]) => [kind, (await kube.find(kind, name)) && name]));
  expect(found).toEqual(expected);
  for (const name of [`${names.release}-web`, `${names.release}-worker`, names.proxy])
    expect((await kube.get("Deployment", name)).status).toMatchObject({ availableReplicas: expect.any(Number) });
});

test("changes nothing in a second run: no call that changes Fly, no write to the cluster", async () => {
  const before = { calls: sandbox.fly.calls().length, versions: await kube.versions(), writes: kube.writes() };
  expect(Object.keys(before.versions).length).toBeGreaterThan(30);
  expect(before.writes).toContainEqual(expect.stringMatching(/ deployments \S+ 201$/));

  const again = await sandbox.run(["up"]);
  expect(again.changes).toEqual([]);
  expect(again.output.match(/^\d+ unchanged in [\d.]+ s\.$/gm)).toHaveLength(2);

  expect(
    sandbox.fly
      .calls()
      .slice(before.calls)
      .filter(({ mutating }) => mutating),
  ).toEqual([]);
  expect(kube.writes()).toEqual(before.writes);
  expect(await kube.versions()).toEqual(before.versions);
});

test("previews no change, and changes nothing", async () => {
  const before = kube.writes();
  const calls = sandbox.fly.calls().length;
  expect((await sandbox.run(["preview", "--diff"])).changes).toEqual([]);
  expect(kube.writes()).toEqual(before);
  expect(
    sandbox.fly
      .calls()
      .slice(calls)
      .filter(({ mutating }) => mutating),
  ).toEqual([]);
});

test("shows what runs, stops it, keeps its data, and wipes it", async () => {
  const { output } = await sandbox.run(["status"]);
  const pids = [...output.matchAll(/running, pid (\d+)/g)].map((found) => Number(found[1]));
  expect(pids).toHaveLength(4);
  expect(pids.map(bornAt)).not.toContain(undefined);
  expect(output).toMatch(/staging +embedded engine/);
  expect(output).toMatch(/prod +embedded engine/);
  expect((await processesOf(sandbox.folders.root)).map(({ pid }) => pid).sort()).toEqual(pids.sort());

  await sandbox.run(["down"]);
  expect(pids.map(bornAt)).toEqual([undefined, undefined, undefined, undefined]);
  expect(await processesOf(sandbox.folders.root)).toEqual([]);
  expect((await sandbox.run(["status"])).output).not.toContain("running");
  kube.close();

  // The deployed objects are back.
  const again = await sandbox.run(["up", "--stack", "prod"]);
  expect(again.changes).toEqual([]);
  kube = await openKube(sandbox);
  expect(await kube.find("Cluster", names.database)).toBeDefined();

  const server = readFileSync(join(sandbox.folders.facts("prod"), "server.json"), "utf8");
  const { home } = JSON.parse(server) as { home: string };
  expect(existsSync(home)).toBe(true);
  await sandbox.run(["down", "--wipe"]);
  expect(existsSync(home)).toBe(false);
  expect(await processesOf(sandbox.folders.root)).toEqual([]);
  expect(readdirSync(sandbox.folders.root)).toEqual([]);
  expect(existsSync(sandbox.folders.cluster)).toBe(false);
});
