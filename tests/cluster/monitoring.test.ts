import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";
import { inNamespace } from "./strict.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/** All that a stack makes for its monitoring, as it is sent. */
async function monitoringObjects(): Promise<Any[]> {
  const run = await stackEngine("prod", {
    change: inNamespace(namespace, ({ settings }) => {
      settings["kubernetes"].monitoring = { labels: { release: "prometheus" }, alertLabels: { team: "support" } };
    }),
    providers: doubles,
  }).up(program);
  expect(run.ok).toBe(true);
  return run.steps
    .filter(({ name, custom }) => custom && name.startsWith("monitoring-"))
    .map(({ inputs }) => plain(inputs));
}

const collections: Record<string, string> = {
  ConfigMap: "api/v1 configmaps",
  Deployment: "apis/apps/v1 deployments",
  Pod: "api/v1 pods",
  PodMonitor: "apis/monitoring.coreos.com/v1 podmonitors",
  PrometheusRule: "apis/monitoring.coreos.com/v1 prometheusrules",
};

let cluster: TestCluster;
let namespace: string;
let objects: Any[];
beforeAll(async () => {
  cluster = await openTestCluster();
  namespace = await cluster.namespace("monitoring", { "pod-security.kubernetes.io/enforce": "restricted" });
  objects = await monitoringObjects();
});
afterAll(() => cluster?.dispose());

/** As the API server takes it, unknown fields refused. */
function strictly(object: Any): Promise<Any> {
  const [group, plural] = (collections[object.kind] as string).split(" ");
  const path = `/${group}/namespaces/${namespace}/${plural}?fieldValidation=Strict&dryRun=All`;
  return cluster.client.request("POST", path, object);
}

describe("the objects of the monitoring", () => {
  test("are all of them", () => {
    const kinds = objects.map(({ kind }) => kind as string).sort();
    expect(kinds).toEqual([
      "ConfigMap",
      "ConfigMap",
      "Deployment",
      "PodMonitor",
      "PodMonitor",
      "PodMonitor",
      "PrometheusRule",
    ]);
  });

  test("pass the strict validation of the real definitions, and lose nothing", async () => {
    for (const object of objects) {
      const stored = await strictly(object);
      expect(stored.metadata.name).toBe(object.metadata.name);
      if (["PodMonitor", "PrometheusRule"].includes(object.kind as string))
        expect(stored.spec).toMatchObject(object.spec);
    }
  });

  test("would be refused with a misspelt field", async () => {
    const monitor = objects.find(({ kind }) => kind === "PodMonitor");
    await expect(strictly({ ...monitor, spec: { ...monitor.spec, selectors: {} } })).rejects.toThrow("spec.selectors");
    const rule = structuredClone(objects.find(({ kind }) => kind === "PrometheusRule"));
    rule.spec.groups[0].rules[0].severity = "critical";
    await expect(strictly(rule)).rejects.toThrow("severity");
    rule.spec.groups[0].rules[0] = { alert: "X", for: "five minutes", expr: "1" };
    await expect(strictly(rule)).rejects.toThrow("for");
  });

  test("has an exporter that a namespace of the level restricted lets in", async () => {
    const { metadata, spec } = objects.find(({ kind }) => kind === "Deployment").spec.template;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "exporter" }, spec };
    expect((await strictly(pod)).metadata.name).toBe("exporter");
    const root = { ...pod, spec: { ...spec, securityContext: { runAsUser: 0 } } };
    await expect(strictly(root)).rejects.toThrow("violates PodSecurity");
  });
});
