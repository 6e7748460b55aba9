import { describe, expect, test } from "vitest";
import { storageClass } from "../../seed.ts";
import { mergeConditions } from "../conditions.ts";
import { parseQuantity } from "../quantity.ts";
import { claimStep } from "./volumes.ts";

const ours = { "volume.kubernetes.io/storage-provisioner": "sandbox.local/provisioner" };
const chosen = { ...ours, "volume.kubernetes.io/selected-node": "n1" };
const claim = (annotations: Record<string, string>, spec: object = {}, status: object = { phase: "Pending" }) => ({
  metadata: { name: "c", namespace: "ns", uid: "u", annotations },
  spec: {
    storageClassName: "sc",
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    ...spec,
  },
  status,
});
const late = storageClass({ name: "sc" });
const early = storageClass({ name: "sc", volumeBindingMode: "Immediate" });

describe("claimStep", () => {
  test.each([
    ["without a class", claim(ours, { storageClassName: "" }), late, "nothing"],
    ["with an unknown class", claim(ours), undefined, "refuse"],
    ["another provisioner's class", claim(ours), { ...late, provisioner: "x" }, "nothing"],
    ["without the provisioner annotation", claim({}), early, "nothing"],
    ["with the provisioner annotation", claim(ours), early, "provision"],
    ["no node yet", claim(ours), late, "nothing"],
    ["a node", claim(chosen), late, "provision"],
    ["an unsupported access mode", claim(chosen, { accessModes: ["ReadWriteMany"] }), late, "refuse"],
    ["bound", claim(chosen, {}, { phase: "Bound", capacity: { storage: "1Gi" } }), late, "nothing"],
    ["an expansion", claim(chosen, {}, { phase: "Bound", capacity: { storage: "900Mi" } }), late, "resize"],
  ])("%s", (_, object, sc, wanted) => expect(claimStep(object, sc).do).toBe(wanted));
  test("provides shared volumes if the class supports them", () => {
    const shared = storageClass({ name: "sc", accessModes: ["ReadWriteMany"], reclaimPolicy: "Retain" });
    const step = claimStep(claim(chosen, { accessModes: ["ReadWriteMany"] }), shared);
    expect(step).toMatchObject({
      do: "provision",
      volume: { spec: { persistentVolumeReclaimPolicy: "Retain", claimRef: { uid: "u" } } },
    });
  });
});

describe("parseQuantity", () => {
  test.each([
    ["1", 1],
    ["500m", 0.5],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["2k", 2000],
    ["1e3", 1000],
    ["1E", 1e18],
    ["ten", undefined],
    ["1GB", undefined],
  ])("%s", (text, wanted) => expect(parseQuantity(text)).toBe(wanted));
});

describe("mergeConditions", () => {
  test("keeps the time of unchanged conditions, and conditions of other controllers", () => {
    const before = [
      { type: "Ready", status: "True", lastTransitionTime: "then" },
      { type: "Other", status: "False", lastTransitionTime: "then" },
    ] as const;
    const merged = mergeConditions(
      before,
      [
        { type: "Ready", status: "True", message: "m" },
        { type: "New", status: "True" },
      ],
      "now",
    );
    expect(merged).toEqual([
      { type: "Ready", status: "True", message: "m", lastTransitionTime: "then" },
      { type: "Other", status: "False", lastTransitionTime: "then" },
      { type: "New", status: "True", lastTransitionTime: "now" },
    ]);
    expect(mergeConditions(before, [{ type: "Ready", status: "False" }], "now")[0]).toMatchObject({
      lastTransitionTime: "now",
    });
  });
});
