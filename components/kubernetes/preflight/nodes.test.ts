import { expect, test } from "vitest";
import { nodes } from "./nodes.ts";
import { findingsIn, lines, type Change } from "./test-world.ts";

const node = (name: string, spec: object = {}, labels: object = {}, ready = "True") => ({
  metadata: { name, labels },
  spec,
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const control = { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] };
const instances =
  (count: number, pods: object = {}): Change =>
  ({ settings }) => {
    settings["kubernetes"].postgres.instances = count;
    settings["kubernetes"].pods = pods;
  };

const cases: [what: string, nodes: object[], change: Change, expected: string[]][] = [
  ["a node for each instance", [node("a"), node("b")], instances(2), []],
  [
    "more instances than nodes",
    [node("a"), node("b")],
    instances(3),
    [
      "kubernetes.postgres.instances: is 3, each on a separate node, but 2 of 2 nodes can run database pods. " +
        "Set it to 2, or add nodes or kubernetes.pods.tolerations: `kubectl --context newjoy get nodes`",
    ],
  ],
  [
    "node pools that can grow",
    [node("a", {}, { "cloud.google.com/gke-nodepool": "p" }), node("b")],
    instances(3),
    ["? kubernetes.postgres.instances: is 3, "],
  ],
  [
    "tainted, cordoned and broken nodes",
    [node("a"), node("c", control), node("d", { unschedulable: true }), node("e", {}, {}, "Unknown")],
    instances(2),
    [
      "kubernetes.postgres.instances: is 2, each on a separate node, but 1 of 4 nodes can run database pods " +
        "(not c: taint node-role.kubernetes.io/control-plane:NoSchedule, d: cordoned, e: not ready). Set it to 1",
      "? web.count: is 2, but 1 of 4 nodes can run web pods",
      "? worker.count: is 2, but 1 of 4 nodes can run worker pods",
    ],
  ],
  [
    "a taint that is tolerated",
    [node("a"), node("c", control)],
    instances(2, { tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }] }),
    [],
  ],
  [
    "a taint that the database alone tolerates",
    [node("a"), node("c", { taints: [{ key: "for", value: "db", effect: "NoSchedule" }] })],
    instances(2, { overrides: { database: { tolerations: [{ key: "for", value: "db" }] } } }),
    ["? web.count: ", "? worker.count: "],
  ],
  [
    "a taint of another value",
    [node("a"), node("c", { taints: [{ key: "for", value: "gpu", effect: "NoExecute" }] })],
    instances(2, { tolerations: [{ key: "for", value: "db" }] }),
    ["kubernetes.postgres.instances: is 2", "? web.count: ", "? worker.count: "],
  ],
  [
    "a taint that only prefers",
    [node("a"), node("c", { taints: [{ key: "x", effect: "PreferNoSchedule" }] })],
    instances(2),
    [],
  ],
  [
    "a label that no node has",
    [node("a"), node("b")],
    instances(1, { nodeSelector: { disk: "ssd" } }),
    [
      "kubernetes.postgres.instances: is 1, each on a separate node, but 0 of 2 nodes can run database pods (not a: no label disk=ssd, b: no label disk=ssd). Add nodes",
      "web.count: is 2, but 0 of 2 nodes can run web pods",
      "worker.count: is 2, but 0 of 2 nodes",
    ],
  ],
  [
    "pods that the volume holds on one node anyway",
    [node("a")],
    (values) => {
      instances(1)(values);
      values.settings["storage"].accessMode = "ReadWriteOnce";
    },
    [],
  ],
  ["nodes that appear on demand", [], instances(3), []],
];

test.each(cases)("%s", async (_what, items, change, expected) => {
  const found = lines(
    await findingsIn({ "/api/v1/nodes": { items } }, (settings, commands) => [nodes(settings, commands)], change),
  );
  expect(found).toEqual(expected.map((line) => expect.stringContaining(line)));
});
