import { expect, test } from "vitest";
import { podResources, backupPluginResources } from "../../config/pod-resources.ts";
import { pods } from "../../config/schema/kubernetes/pods.ts";
import { defaultPods } from "../../tests/helpers/default-pods.ts";
import { besideEachOther } from "./one-node.ts";
import { podFields, placed, placementOf } from "./pod-template.ts";

const template = { metadata: { labels: { app: "web" }, annotations: { checksum: "x" } }, spec: { containers: [] } };

test("without settings a template stays as it is", () => {
  expect(JSON.stringify(placed(template, placementOf(defaultPods, "web")))).toBe(JSON.stringify(template));
  expect(podResources(defaultPods, "web", 1024)).toEqual({
    requests: { cpu: "250m", memory: "1024Mi" },
    limits: { memory: "1024Mi" },
  });
  expect(backupPluginResources(defaultPods)).toBeUndefined();
});

test("an exception replaces a key of all pods, and an empty one removes it", () => {
  const settings = pods.parse({
    nodeSelector: { pool: "support" },
    priorityClassName: "high",
    tolerations: [{ operator: "Exists" }],
    overrides: { redis: { nodeSelector: { disk: "ssd" }, tolerations: [] } },
  });
  expect(podFields(placementOf(settings, "redis"))).toEqual({
    nodeSelector: { disk: "ssd" },
    tolerations: [],
    priorityClassName: "high",
  });
  expect(placementOf(settings, "web").nodeSelector).toEqual({ pool: "support" });
});

test("the stack's own labels and annotations win", () => {
  const settings = pods.parse({ labels: { team: "a" }, annotations: { checksum: "mine", note: "b" } });
  expect(placed(template, placementOf(settings, "web")).metadata).toEqual({
    labels: { app: "web", team: "a" },
    annotations: { checksum: "x", note: "b" },
  });
});

test("an affinity of the settings joins the one that holds the pods on one node", () => {
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: "pool", operator: "In", values: ["support"] }] }],
    },
  };
  const term = { topologyKey: "topology.kubernetes.io/zone", labelSelector: { matchLabels: { app: "cache" } } };
  const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
  const settings = pods.parse({ affinity: { nodeAffinity, podAffinity } });
  const held = { spec: { affinity: besideEachOther, containers: [] } };
  expect(placed(held, placementOf(settings, "web")).spec.affinity).toEqual({
    nodeAffinity,
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        ...besideEachOther.podAffinity.requiredDuringSchedulingIgnoredDuringExecution,
        term,
      ],
    },
  });
  expect(placed(held, placementOf(pods.parse({ affinity: { nodeAffinity } }), "web")).spec.affinity).toEqual({
    ...besideEachOther,
    nodeAffinity,
  });
  expect(placed(held, placementOf(defaultPods, "web")).spec.affinity).toEqual(besideEachOther);
});

test("init containers get the same CPU limit, for a quota, and keep their memory", () => {
  const settings = pods.parse({ overrides: { preparation: { resources: { limits: { cpu: "1", memory: "4Gi" } } } } });
  const init = { name: "init", resources: { requests: { cpu: "10m" }, limits: { memory: "64Mi" } } };
  const withInit = { spec: { initContainers: [init], containers: [] } };
  expect(placed(withInit, placementOf(settings, "preparation")).spec.initContainers).toEqual([
    { name: "init", resources: { requests: { cpu: "10m" }, limits: { memory: "64Mi", cpu: "1" } } },
  ]);
  expect(placed(withInit, placementOf(settings, "web"))).toEqual(withInit);
});

test("resources are merged by name: the default, those of all pods, the exception", () => {
  const settings = pods.parse({
    resources: { limits: { cpu: 1, "ephemeral-storage": "1Gi" } },
    overrides: { web: { resources: { requests: { cpu: "500m" }, limits: { cpu: "2" } } } },
  });
  expect(podResources(settings, "web", 512)).toEqual({
    requests: { cpu: "500m", memory: "512Mi" },
    limits: { memory: "512Mi", cpu: "2", "ephemeral-storage": "1Gi" },
  });
  expect(podResources(settings, "proxy").limits).toEqual({ memory: "256Mi", cpu: "1", "ephemeral-storage": "1Gi" });
  expect(backupPluginResources(settings)).toEqual({
    requests: { cpu: "50m", memory: "128Mi" },
    limits: { memory: "512Mi", cpu: "1", "ephemeral-storage": "1Gi" },
  });
});
