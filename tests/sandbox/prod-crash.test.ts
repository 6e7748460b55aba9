import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { objectNames as names } from "../../components/kubernetes/names.ts";
import type { KubeObject } from "kubernetes-sandbox/client";
import { openKube, type Kube } from "./cluster.ts";
import { killAt } from "./crash.ts";
import { openSandbox, type Overlay } from "./support.ts";

const sandbox = openSandbox();
let kube: Kube;

beforeAll(async () => {
  // Slow enough to be met on the way.
  mkdirSync(sandbox.folders.cluster, { recursive: true });
  await sandbox.run(["preview", "--stack", "prod"]);
  writeFileSync(join(sandbox.folders.cluster, "faults.json"), JSON.stringify({ delayMs: 400 }));
  kube = await openKube(sandbox.folders);
});
afterAll(async () => {
  kube?.close();
  await sandbox.dispose();
});

const web = `${names.release}-web`;
const imageOf = (object: KubeObject | undefined) =>
  object?.spec.template.spec.containers[0].image as string | undefined;
const newestJob = async (image: string) => (await kube.list("Job")).find((job) => imageOf(job) === image);

const killUpAt = (what: string, moment: () => Promise<boolean>, overlay: Overlay = {}): Promise<void> =>
  killAt(sandbox.start(["up", "--stack", "prod"], { overlay }), what, moment);

async function expectConverged(image: string, overlay: Overlay = {}): Promise<void> {
  const mended = await sandbox.run(["up", "--stack", "prod"], { overlay });
  expect(mended.output).toContain("took over the lock");
  expect((await sandbox.run(["up", "--stack", "prod"], { overlay })).changes).toEqual([]);
  for (const name of [web, `${names.release}-worker`]) {
    const deployment = await kube.get("Deployment", name);
    expect(imageOf(deployment)).toBe(image);
    expect(deployment.status.availableReplicas).toBe(deployment.spec.replicas);
  }
  // One preparation, finished; nothing twice.
  expect((await kube.list("Job")).map((job) => [imageOf(job), job.status.succeeded])).toEqual([[image, 1]]);
  expect((await kube.list("Cluster")).map(({ metadata }) => metadata.name)).toEqual([names.database]);
  // Fields with two owners could neither be changed nor removed by a later run.
  for (const kind of ["ConfigMap", "StatefulSet", "Deployment", "Cluster", "PersistentVolumeClaim"] as const) {
    const owners = (await kube.list(kind)).flatMap(({ metadata }) => {
      const entries = (metadata as { managedFields?: { manager: string; operation: string }[] }).managedFields ?? [];
      return entries.filter(({ operation }) => operation === "Apply").map(({ manager }) => manager);
    });
    expect([kind, ...new Set(owners)]).toEqual([kind, "chatwoot"]);
  }
  const urns = sandbox.state("prod").deployment.resources!.map(({ urn }) => urn);
  expect(urns).toEqual([...new Set(urns)]);
  expect(readFileSync(sandbox.folders.state("prod"), "utf8")).not.toContain("pending_operations");
}

describe("kill -9 of a deployment to Kubernetes", () => {
  it("from nothing: when the database begins, when the preparation runs, when web starts", async () => {
    await killUpAt("a Cluster", async () => (await kube.find("Cluster", names.database)) !== undefined);
    await killUpAt("a running Job", async () => (await kube.list("Job")).some(({ status }) => status.active === 1));
    await killUpAt("a starting web", async () => (await kube.find("Deployment", web)) !== undefined);
    const image = imageOf(await kube.get("Deployment", web))!;
    await expectConverged(image);
  });

  it.each([
    ["when the new preparation runs", "chatwoot/chatwoot:v4.17.0", "Job"],
    ["when web is being replaced", "chatwoot/chatwoot:v4.18.0", "Deployment"],
  ])("of a new image: %s", async (_, image, kind) => {
    const overlay = { config: { "chatwoot:image": image } };
    const old = imageOf(await kube.get("Deployment", web));
    await killUpAt(
      `a ${kind} with the new image`,
      async () =>
        kind === "Job"
          ? (await newestJob(image))?.status.active === 1
          : imageOf(await kube.find("Deployment", web)) === image,
      overlay,
    );
    if (kind === "Job") expect(imageOf(await kube.get("Deployment", web))).toBe(old);
    await expectConverged(image, overlay);
  });
});
