import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSecret, type ChildGoal, type Props } from "pulumi-embedded-engine";
import { buildTools } from "kubernetes-sandbox/tools";
import { testContext } from "pulumi-embedded-engine/testing";
import { driveProvider } from "./providers-support.ts";
import { openTestCluster, type TestCluster } from "./support.ts";
import { toolCache } from "../../preview/tool-cache.ts";

const chartType = "kubernetes:helm.sh/v4:Chart";
const files: Record<string, string> = {
  "Chart.yaml": "apiVersion: v2\nname: small\nversion: 1.0.0\n",
  "values.yaml": "greeting: hello\ndropped: here\nfromFile: no\n",
  "extra.yaml": "fromFile: yes it is\n",
  "crds/widgets.yaml":
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.chart.example.com}\n" +
    "spec: {group: chart.example.com, names: {kind: Widget, plural: widgets}, scope: Cluster, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n",
  "templates/all.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-settings\n  annotations: {helm.sh/resource-policy: keep}\n" +
    'data:\n  greeting: {{ .Values.greeting }}\n  dropped: {{ .Values.dropped | default "gone" }}\n  fromFile: {{ .Values.fromFile | quote }}\n' +
    '  pods: {{ .Capabilities.APIVersions.Has "v1/Pod" | quote }}\n  server: {{ .Capabilities.KubeVersion.Version }}\n' +
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}}\nstringData: {a: b}\n" +
    "---\napiVersion: chart.example.com/v1\nkind: Widget\nmetadata: {name: {{ .Release.Name }}}\n",
  "templates/hook.yaml":
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: hook, annotations: {helm.sh/hook: post-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}\n",
};

let cluster: TestCluster;
let folder: string;
let drive: ReturnType<typeof driveProvider>;
beforeAll(async () => {
  cluster = await openTestCluster();
  folder = await mkdtemp(join(tmpdir(), "chart-"));
  for (const sub of ["crds", "templates"]) await mkdir(join(folder, "small", sub), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, "small", name), text);
  drive = driveProvider(cluster, "work", {}, { helm: async () => (await buildTools(toolCache)).helm });
});
afterAll(async () => {
  await drive?.provider.close?.();
  await cluster?.dispose();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function construct(type: string, inputs: Props) {
  const goals: ChildGoal[] = [];
  const context = testContext(type, { name: "web", projectDir: folder });
  const child = (goal: ChildGoal) => {
    goals.push(goal);
    return Promise.resolve({ urn: `urn:${goal.type}:${goal.name}`, id: goal.name, outputs: {} });
  };
  const outputs = await drive.provider.construct?.(inputs, context, child);
  const find = (kind: string) => goals.find((goal) => goal.type.endsWith(`:${kind}`)) as ChildGoal;
  return { goals, outputs, find, context };
}

test("renders a chart with a real helm, for the cluster's version", async () => {
  const { goals, outputs, find } = await construct(chartType, {
    chart: "./small",
    namespace: "app",
    values: { greeting: "hi", dropped: null },
    valueYamlFiles: [{ path: "small/extra.yaml" }],
  });
  expect(goals.map((goal) => [goal.type, goal.name])).toEqual([
    ["kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "web:widgets.chart.example.com"],
    ["kubernetes:core/v1:ConfigMap", "web:app/web-settings"],
    ["kubernetes:core/v1:Secret", "web:app/web"],
    ["kubernetes:chart.example.com/v1:Widget", "web:web"],
  ]);
  const version: string = (await cluster.client.request("GET", "/version")).gitVersion;
  expect(find("ConfigMap").props["data"]).toEqual({
    greeting: "hi",
    dropped: "gone",
    fromFile: "yes it is",
    pods: "true",
    server: version,
  });
  expect(find("ConfigMap").retainOnDelete).toBe(true);
  expect(isSecret(find("Secret").props["stringData"])).toBe(true);
  expect(find("Widget").dependencies).toEqual([
    "urn:kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition:web:widgets.chart.example.com",
  ]);
  expect(outputs?.["resources"]).toHaveLength(4);
});

test("skipCrds, skipAwait, resourcePrefix and the default namespace", async () => {
  const { goals, find } = await construct(chartType, {
    chart: "./small",
    skipCrds: true,
    skipAwait: true,
    resourcePrefix: "x",
    name: "rel",
  });
  expect(goals.map((goal) => goal.name)).toEqual(["x:work/rel-settings", "x:work/rel", "x:rel"]);
  expect(find("Secret").props["metadata"].annotations).toEqual({ "pulumi.com/skipAwait": "true" });
});

test("prints helm's error for a chart that it cannot render", async () => {
  await expect(construct(chartType, { chart: "./missing" })).rejects.toThrow(
    /helm template failed for chart ".\/missing": .*missing/s,
  );
});

test("yaml.v2: groups of files, texts and objects, and single files", async () => {
  const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-text}\n";
  await writeFile(join(folder, "one.yaml"), text.replace("from-text", "from-file"));
  const objs = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "from-object" } }];
  const group = await construct("kubernetes:yaml/v2:ConfigGroup", { files: ["on*.yaml"], yaml: text, objs });
  expect(group.goals.map((goal) => goal.name)).toEqual(["web:from-object", "web:work/from-file", "web:work/from-text"]);
  const file = await construct("kubernetes:yaml/v2:ConfigFile", { file: "one.yaml" });
  expect(file.goals.map((goal) => goal.name)).toEqual(["web:work/from-file"]);
});
