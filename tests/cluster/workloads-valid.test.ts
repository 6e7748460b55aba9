import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain, type Props, type ProviderFactory } from "pulumi-embedded-engine";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";
import { openRendering, type Manifest, type Values } from "./chart-rendering.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/*
 * The objects of web, worker, Redis, preparation and autoscalers, with the chart rendered by helm, sent to a real API
 * server with strict field validation (a dry run), in namespaces of their Pod Security levels.
 */

let cluster: TestCluster;
const namespaces = { baseline: "", restricted: "" };
type Level = keyof typeof namespaces;
let rendering: Awaited<ReturnType<typeof openRendering>>;
beforeAll(async () => {
  rendering = await openRendering();
  cluster = await openTestCluster();
  for (const level of ["baseline", "restricted"] as const)
    namespaces[level] = await cluster.namespace(level, { "pod-security.kubernetes.io/enforce": level });
});
afterAll(async () => {
  rendering?.close();
  await cluster?.dispose();
});

/** The double of a cluster, with the chart rendered by helm. */
const chartByHelm: ProviderFactory = (settings, options) => ({
  ...clusterDouble(settings, options),
  async construct({ values, namespace }: Props, _context, child) {
    for (const object of await rendering.objects(plain(values) as Values)) {
      const group = (object.apiVersion as string).includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
      const props = { ...object, metadata: { ...object.metadata, namespace: plain(namespace) } };
      const name = `chatwoot-chart:${String(plain(namespace))}/${object.metadata.name}`;
      await child({ type: `kubernetes:${group}:${object.kind}`, name, props });
    }
    return {};
  },
});

/** Every object of these components, by its resource's name. */
async function objectsOf(change: NonNullable<StackOptions["change"]>): Promise<Record<string, Manifest>> {
  const engine = stackEngine("prod", { providers: { ...doubles, kubernetes: chartByHelm }, change });
  const { ok, steps, diagnostics } = await engine.up(program);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(ok).toBe(true);
  const own = steps.filter(
    ({ type, custom, name }) =>
      custom && type.startsWith("kubernetes:") && /^(chatwoot|redis|preparation|storage|environment)-/.test(name),
  );
  const unwrapped = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, v: unknown) => plain(v)));
  return Object.fromEntries(own.map(({ name, inputs }) => [name, unwrapped(inputs) as Manifest]));
}

async function show(object: Manifest, level: Level): Promise<unknown> {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  const namespace = namespaces[level];
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await cluster.client.request("GET", base);
  const found = (resources as { name: string; kind: string }[]).find(
    (it) => it.kind === kind && !it.name.includes("/"),
  );
  const path = `${base}/namespaces/${namespace}/${found?.name}?dryRun=All&fieldValidation=Strict`;
  const body = { ...object, metadata: { ...object.metadata, namespace } };
  return cluster.client.request("POST", path, body).then(
    () => undefined,
    (error: unknown) => `${kind} ${object.metadata.name}: ${String(error)}`,
  );
}

/** Whether the API server admits a pod of each workload; it rejects pods, not their owners. */
const podsOf = (objects: Record<string, Manifest>): Manifest[] =>
  Object.values(objects)
    .filter(({ spec }) => spec?.template?.spec?.containers)
    .map(({ metadata, spec }) => {
      // Its service account does not exist in a dry run.
      const { serviceAccountName: _account, ...pod } = spec.template.spec;
      return { apiVersion: "v1", kind: "Pod", metadata: { ...spec.template.metadata, name: metadata.name }, spec: pod };
    });

const refused = async (objects: Iterable<Manifest>, level: Level): Promise<unknown[]> => {
  const answers = await Promise.all([...objects].map((object) => show(object, level)));
  return answers.filter((answer) => answer !== undefined);
};

const bucket = (settings: Record<string, Any>): void => {
  settings["storage"] = { kind: "s3", bucket: "attachments", endpoint: "https://s3.example.com" };
};
const configs: [what: string, level: Level, change: NonNullable<StackOptions["change"]>][] = [
  ["as in prod", "baseline", () => undefined],
  [
    "autoscaled, attachments in a bucket",
    "baseline",
    ({ settings, secrets }) => {
      bucket(settings);
      Object.assign(secrets, { storageAccessKeyId: "id", storageSecretAccessKey: "key" });
      settings["kubernetes"].scaling = { web: { max: 4 }, worker: { max: 3 } };
    },
  ],
  [
    "single pods as an ordinary user",
    "restricted",
    ({ settings }) => {
      settings["web"].count = 1;
      settings["worker"].count = 1;
      settings["kubernetes"].runAsNonRoot = true;
    },
  ],
];

describe.each(configs)("%s (%s)", (_what, level, change) => {
  let objects: Record<string, Manifest>;
  beforeAll(async () => {
    objects = await objectsOf(change);
  });

  test("every field is valid", async () => {
    expect(Object.keys(objects).length).toBeGreaterThan(12);
    expect(await refused(Object.values(objects), level)).toEqual([]);
  });

  test("every pod is admitted", async () => {
    const pods = podsOf(objects);
    expect(pods.map(({ metadata }) => metadata.name).sort()).toEqual([
      expect.stringMatching(/^chatwoot-prepare-/),
      "chatwoot-redis",
      "chatwoot-web",
      "chatwoot-worker",
    ]);
    expect(await refused(pods, level)).toEqual([]);
  });
});

test("an unknown field and a forbidden pod are detected", async () => {
  const objects = await objectsOf(() => undefined);
  const web: Any = structuredClone(objects["chatwoot-chart:chatwoot/chatwoot-web"]);
  web.spec.template.spec.terminationGracePeriod = 5;
  expect(await refused([web], "baseline")).toEqual([expect.stringContaining("terminationGracePeriod")]);
  const answers = (await refused(podsOf(objects), "restricted")).map(String);
  expect(answers.filter((answer) => /runAsNonRoot/.test(answer))).toHaveLength(3);
});
