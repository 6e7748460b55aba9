import { describe, expect, test } from "vitest";
import type { Kind } from "../../resources.ts";
import { choosePlacement } from "./placement.ts";
import { matchesSelector } from "../selectors.ts";
import { podOf, worldOf } from "../test-objects.ts";

const node = (name: string, extra: object = {}): [Kind, string, object] => [
  "Node",
  name,
  {
    metadata: { namespace: undefined, labels: { "kubernetes.io/hostname": name, disk: name === "n2" ? "ssd" : "hdd" } },
    ...extra,
  },
];
const nodes = [node("n1"), node("n2")];
const running = (name: string, on: string, labels = { app: "web" }): [Kind, string, object] => [
  "Pod",
  name,
  { metadata: { labels }, spec: { nodeName: on } },
];
const anti = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: "web" } }, topologyKey: "kubernetes.io/hostname" },
      ],
    },
  },
};
const volume = { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] };
const claim = (rest: object): [Kind, string, object] => [
  "PersistentVolumeClaim",
  "data",
  { spec: { storageClassName: "sc" }, ...rest },
];
const storage = (volumeBindingMode: string): [Kind, string, object] => [
  "StorageClass",
  "sc",
  { metadata: { namespace: undefined }, volumeBindingMode },
];

describe("choosePlacement", () => {
  test.each<[string, object, [Kind, string, object?][], string]>([
    ["the first of equal nodes", {}, nodes, "n1"],
    ["the one with fewer pods", {}, [...nodes, running("a", "n1")], "n2"],
    ["the node of the node selector", { nodeSelector: { disk: "ssd" } }, nodes, "n2"],
    ["away from similar pods", anti, [...nodes, running("a", "n1")], "n2"],
    [
      "not on a tainted node",
      {},
      [node("n1", { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } }), node("n2")],
      "n2",
    ],
    ["on the node of its pending claim", volume, [...nodes, storage("WaitForFirstConsumer"), claim({})], "n1"],
  ])("%s", (_, spec, objects, wanted) =>
    expect(choosePlacement(podOf(spec), worldOf(objects))).toMatchObject({ node: wanted }),
  );

  test.each<[string, object, [Kind, string, object?][], string]>([
    [
      "an unmatched node selector",
      { nodeSelector: { disk: "tape" } },
      nodes,
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    ],
    [
      "full nodes",
      anti,
      [...nodes, running("a", "n1"), running("b", "n2")],
      "2 node(s) didn't match pod anti-affinity rules",
    ],
    ["a missing claim", volume, nodes, 'persistentvolumeclaim "data" not found'],
    [
      "a claim that is bound without pods",
      volume,
      [...nodes, storage("Immediate"), claim({})],
      "unbound immediate PersistentVolumeClaims",
    ],
    ["a claim without a class", volume, [...nodes, claim({})], "no such storage class"],
  ])("rejects %s", (_, spec, objects, wanted) =>
    expect(choosePlacement(podOf(spec), worldOf(objects))).toMatchObject({ reason: expect.stringContaining(wanted) }),
  );

  test("counts placements that are not yet in the cache", () => {
    const world = worldOf([...nodes, ["Pod", "other", { metadata: { labels: { app: "web" } }, spec: {} }]]);
    expect(choosePlacement(podOf(anti as object), world, new Map([["Pod-other", "n1"]]))).toMatchObject({ node: "n2" });
  });
});

describe("matchesSelector", () => {
  test.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { a: "1" } }, true],
    [{ matchLabels: { a: "2" } }, false],
    [{ matchExpressions: [{ key: "a", operator: "In", values: ["1", "2"] }] }, true],
    [{ matchExpressions: [{ key: "a", operator: "NotIn", values: ["1"] }] }, false],
    [{ matchExpressions: [{ key: "b", operator: "DoesNotExist" }] }, true],
    [{ matchExpressions: [{ key: "b", operator: "Exists" }] }, false],
    [{ matchExpressions: [{ key: "a", operator: "Nonsense" }] }, false],
  ])("%j: %s", (selector, wanted) => expect(matchesSelector(selector, { a: "1" })).toBe(wanted));
});
