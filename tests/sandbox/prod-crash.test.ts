import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectNames as names } from "../../components/kubernetes/names.ts";
import type { KubeObject } from "kubernetes-sandbox/client";
import { sample } from "../helpers/exhaustive.ts";
import { openKube, type Kube } from "./cluster.ts";
import { expectCleared, killAt, pendingCreates } from "./crash.ts";
import { openSandbox, type Overlay } from "./support.ts";

const sandbox = openSandbox({ sharedCluster: true });
let kube: Kube;

beforeAll(async () => {
  await sandbox.runHere("preview", "prod");
  kube = await openKube(sandbox);
  // Slow enough to be interrupted midway.
  await kube.setFaults({ delayMs: 400 });
});
afterAll(async () => {
  await kube?.setFaults({});
  kube?.close();
  await sandbox.dispose();
});

const web = `${names.release}-web`;
const imageOf = (object: KubeObject | undefined) =>
  object?.spec.template.spec.containers[0].image as string | undefined;
const newestJob = async (image: string) => (await kube.list("Job")).find((job) => imageOf(job) === image);

const killUpAt = (what: string, moment: () => Promise<boolean>, overlay: Overlay = {}): Promise<void> =>
  killAt(sandbox.start(["up", "--stack", "prod"], { overlay }), what, moment, pollMs);

/** Objects are kept, and the workloads take 400 ms: more frequent polling only costs processor time. */
const pollMs = 30;

async function expectConverged(image: string, overlay: Overlay = {}): Promise<void> {
  const left = pendingCreates(sandbox, "prod");
  const next = await sandbox.runHere("up", "prod", { overlay });
  expect(next.output).toContain("replaced the lock");
  expect((await sandbox.runHere("up", "prod", { overlay })).changes).toEqual([]);
  for (const name of [web, `${names.release}-worker`]) {
    const deployment = await kube.get("Deployment", name);
    expect(imageOf(deployment)).toBe(image);
    expect(deployment.status.availableReplicas).toBe(deployment.spec.replicas);
  }
  // One finished preparation, and no duplicates.
  expect((await kube.list("Job")).map((job) => [imageOf(job), job.status.succeeded])).toEqual([[image, 1]]);
  expect((await kube.list("Cluster")).map(({ metadata }) => metadata.name)).toEqual([names.database]);
  // A later run could neither change nor remove fields with two owners.
  for (const kind of ["ConfigMap", "StatefulSet", "Deployment", "Cluster", "PersistentVolumeClaim"] as const) {
    const owners = (await kube.list(kind)).flatMap(({ metadata }) => {
      const entries = (metadata as { managedFields?: { manager: string; operation: string }[] }).managedFields ?? [];
      return entries.filter(({ operation }) => operation === "Apply").map(({ manager }) => manager);
    });
    expect([kind, ...new Set(owners)]).toEqual([kind, "chatwoot"]);
  }
  const urns = sandbox.state("prod").deployment.resources!.map(({ urn }) => urn);
  expect(urns).toEqual([...new Set(urns)]);
  await expectCleared(sandbox, "prod", left, next.output);
}

interface Moment {
  what: string;
  is: (image: string) => Promise<boolean>;
}

const ofTheFirst: Moment[] = [
  { what: "a Cluster", is: async () => (await kube.find("Cluster", names.database)) !== undefined },
  { what: "a running Job", is: async () => (await kube.list("Job")).some(({ status }) => status.active === 1) },
  { what: "a starting web", is: async () => (await kube.find("Deployment", web)) !== undefined },
];
const ofANewImage: Moment[] = [
  { what: "a Job with the new image", is: async (image) => (await newestJob(image))?.status.active === 1 },
  { what: "web with the new image", is: async (image) => imageOf(await kube.find("Deployment", web)) === image },
];

describe("kill -9 of a deployment to Kubernetes", () => {
  test("from nothing, at one moment after another", async () => {
    for (const { what, is } of sample(ofTheFirst, 2)) await killUpAt(what, () => is(""));
    await expectConverged(imageOf(await kube.get("Deployment", web))!);
  });

  test.each(
    sample(ofANewImage, 1).map((moment, index) => ({ ...moment, image: `chatwoot/chatwoot:v4.${17 + index}.0` })),
  )("of a new image: at $what", async ({ what, is, image }) => {
    const overlay = { config: { "chatwoot:image": image } };
    const old = imageOf(await kube.get("Deployment", web));
    await killUpAt(what, () => is(image), overlay);
    if (what.includes("Job")) expect(imageOf(await kube.get("Deployment", web))).toBe(old);
    await expectConverged(image, overlay);
  });
});
