import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clusterStatus, startCluster, stopCluster } from "kubernetes-sandbox";
import { bornAt } from "kubernetes-sandbox/processes";
import { toolCache } from "../../preview/tool-cache.ts";
import { newFolder, openOwnCluster } from "./support.ts";

const dir = newFolder();
afterAll(async () => {
  await stopCluster(dir, { wipe: true });
  rmSync(dir, { recursive: true, force: true });
});

const pids = async () => Object.fromEntries((await clusterStatus(dir)).components.map(({ name, pid }) => [name, pid]));

test("starts, accepts a second client, is repaired, keeps its data across a stop, and leaves no process", async () => {
  const cluster = await openOwnCluster({ dir, crds: [], context: "my-sandbox" });
  expect(await cluster.cluster.status()).toMatchObject({
    ready: true,
    server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
  });
  expect(readFileSync(cluster.cluster.kubeconfig, "utf8")).toContain("current-context: my-sandbox");
  for (const file of ["kubeconfig", "pki/ca.key", "journal.jsonl"])
    expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  await cluster.create("ConfigMap", "default", "kept", { data: { a: "1" } });
  expect(await cluster.list("Node")).toHaveLength(3);

  // A second client starts nothing.
  const first = await pids();
  await startCluster({ dir, cache: toolCache, crds: [] });
  expect(await pids()).toEqual(first);

  // Only the killed component is restarted.
  process.kill(first["kube-apiserver"]!, "SIGKILL");
  await expect.poll(() => bornAt(first["kube-apiserver"]!), { timeout: 60_000 }).toBeUndefined();
  expect((await clusterStatus(dir)).ready).toBe(false);
  await startCluster({ dir, cache: toolCache, crds: [] });
  const second = await pids();
  expect(second.etcd).toBe(first.etcd);
  expect(second["kube-apiserver"]).not.toBe(first["kube-apiserver"]);
  expect((await cluster.get("ConfigMap", "default", "kept")).data).toEqual({ a: "1" });

  await stopCluster(dir);
  cluster.client.close();
  for (const pid of [...Object.values(first), ...Object.values(second)]) expect(bornAt(pid!)).toBeUndefined();
  expect(await clusterStatus(dir)).toMatchObject({ ready: false });

  const again = await openOwnCluster({ dir, crds: [] });
  expect((await again.get("ConfigMap", "default", "kept")).data).toEqual({ a: "1" });
  await again.cluster.stop({ wipe: true });
  again.client.close();
  expect(existsSync(join(dir, "etcd"))).toBe(false);
});

test("prints the end of the log when a component does not start", async () => {
  const tools = {
    etcd: "/bin/false",
    kubeApiserver: "/bin/false",
    kubeControllerManager: "/bin/false",
    helm: "/bin/false",
  };
  const broken = newFolder();
  await expect(startCluster({ dir: broken, crds: [], tools })).rejects.toThrow(
    /exited during the start\. End of .*\.log:/,
  );
  expect((await clusterStatus(broken)).components.every(({ pid }) => pid === undefined)).toBe(true);
  rmSync(broken, { recursive: true, force: true });
});
