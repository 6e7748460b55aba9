import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";
import { inNamespace } from "./strict.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/** All monitoring objects of a stack, as they are sent. */
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

/** As the API server accepts them with strict field validation. */
function strictly(object: Any): Promise<Any> {
  const [group, plural] = (collections[object.kind] as string).split(" ");
  const path = `/${group}/namespaces/${namespace}/${plural}?fieldValidation=Strict&dryRun=All`;
  return cluster.client.request("POST", path, object);
}

describe("the monitoring objects", () => {
  test("are complete", () => {
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

  test("pass strict validation against the real definitions, and lose no field", async () => {
    for (const object of objects) {
      const stored = await strictly(object);
      expect(stored.metadata.name).toBe(object.metadata.name);
      if (["PodMonitor", "PrometheusRule"].includes(object.kind as string))
        expect(stored.spec).toMatchObject(object.spec);
    }
  });

  test("fail with a misspelt field", async () => {
    const monitor = objects.find(({ kind }) => kind === "PodMonitor");
    await expect(strictly({ ...monitor, spec: { ...monitor.spec, selectors: {} } })).rejects.toThrow("spec.selectors");
    const rule = structuredClone(objects.find(({ kind }) => kind === "PrometheusRule"));
    rule.spec.groups[0].rules[0].severity = "critical";
    await expect(strictly(rule)).rejects.toThrow("severity");
    rule.spec.groups[0].rules[0] = { alert: "X", for: "five minutes", expr: "1" };
    await expect(strictly(rule)).rejects.toThrow("for");
  });

  test("include an exporter that the Pod Security level restricted admits", async () => {
    const { metadata, spec } = objects.find(({ kind }) => kind === "Deployment").spec.template;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "exporter" }, spec };
    expect((await strictly(pod)).metadata.name).toBe("exporter");
    const root = { ...pod, spec: { ...spec, securityContext: { runAsUser: 0 } } };
    await expect(strictly(root)).rejects.toThrow("violates PodSecurity");
  });
});
