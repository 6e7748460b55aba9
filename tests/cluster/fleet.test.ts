import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetManifests } from "../../fleet/manifests.ts";
import type { KubernetesObject } from "../../fleet/operator.ts";
import { readFleet } from "../../fleet/read.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { until } from "../sandbox/until.ts";
import { fleetDefinitions } from "./fleet-definitions.ts";
import { refusal } from "./strict.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

const objects = fleetManifests(readFleet(join(projectFolder, "fleet", "example.yaml")));
let world: TestCluster;

const baseOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

async function isServed({ apiVersion, kind }: KubernetesObject): Promise<boolean> {
  const found = await world.client.request("GET", baseOf(apiVersion)).catch(() => ({ resources: [] }));
  return (found.resources as { kind: string }[]).some((each) => each.kind === kind);
}

async function pathOf({ apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
  const base = baseOf(apiVersion);
  const { resources } = await world.client.request("GET", base);
  const { name, namespaced } = (resources as { name: string; kind: string; namespaced: boolean }[]).find(
    (each) => each.kind === kind && !each.name.includes("/"),
  )!;
  return `${base}/${namespaced ? `namespaces/${metadata.namespace}/` : ""}${name}/${metadata.name}`;
}

const apply = async (object: KubernetesObject): Promise<unknown> =>
  world.client.patch(
    `${await pathOf(object)}?fieldManager=fleet&force=true&fieldValidation=Strict`,
    object,
    "apply-patch+yaml",
  );

beforeAll(async () => {
  world = await openTestCluster();
  for (const definition of fleetDefinitions()) {
    await world.client.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
    await world.until("CustomResourceDefinition", undefined, definition.metadata.name, ({ status }) =>
      ((status?.conditions ?? []) as { type: string; status: string }[]).some(
        (each) => each.type === "Established" && each.status === "True",
      ),
    );
  }
  // A new kind is served after a delay.
  for (const object of objects) await until(`${object.kind} is served`, () => isServed(object), 60_000);
  await apply(objects[0]!);
});
afterAll(() => world?.dispose());

test("a real API server accepts every object and field, and keeps them unchanged", async () => {
  for (const object of objects) await apply(object);
  for (const object of objects) expect(await world.client.request("GET", await pathOf(object))).toMatchObject(object);
  // The second apply changes nothing.
  for (const object of objects) {
    const before = await world.client.request("GET", await pathOf(object));
    await apply(object);
    const after = await world.client.request("GET", await pathOf(object));
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  }
});

test("it rejects an unknown field and a value of the wrong type", async () => {
  const stack = objects.find(({ kind }) => kind === "Stack") as KubernetesObject & { spec: object };
  const named = { ...stack, metadata: { ...stack.metadata, name: "other" } };
  expect(await refusal(world, { ...named, spec: { ...stack.spec, destroyOnFinalise: false } })).toContain(
    'unknown field "spec.destroyOnFinalise"',
  );
  expect(await refusal(world, { ...named, spec: { ...stack.spec, workspaceReclaimPolicy: "Forget" } })).toContain(
    "Unsupported value",
  );
  expect(await refusal(world, { ...named, spec: { ...stack.spec, resyncFrequencySeconds: "often" } })).toContain(
    "resyncFrequencySeconds",
  );
});
