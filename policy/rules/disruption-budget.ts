import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import {
  isDatabase,
  isHeldOnOneNode,
  isKind,
  longRunning,
  podOf,
  sameNamespace,
  selects,
  specOf,
} from "../kubernetes.ts";
import { entriesOf, isObject, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { numberOr, replicasOf } from "../scale.ts";

export const disruptionBudget: Rule = {
  name: "disruption-budget",
  requirement:
    "Every workload with more than one pod has a PodDisruptionBudget that allows one eviction at a time, unless a required podAffinity holds its pods on one node.",
  reason:
    "Without one, draining nodes for an upgrade can evict all pods at once; with one that allows no eviction, the drain never finishes.",
  fix: "Add a PodDisruptionBudget with `maxUnavailable: 1` that selects the pods; for the database `enablePDB: true`.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    const budgets = resources.filter((resource) => isKind(resource, "PodDisruptionBudget"));
    const problems = resources.map((resource) => ({ resource, problem: problemOf(resource, resources, budgets) }));
    return problems.flatMap(({ resource, problem }) =>
      problem === undefined ? [] : [{ resource, message: `${problem}.` }],
    );
  },
};

function problemOf(
  resource: Resource,
  resources: readonly Resource[],
  budgets: readonly Resource[],
): string | undefined {
  if (isDatabase(resource)) {
    const several = numberOr(specOf(resource)["instances"], 1) > 1;
    return several && ![undefined, true].includes(specOf(resource)["enablePDB"] as never)
      ? "has several instances and enablePDB: false. Remove enablePDB"
      : undefined;
  }
  if (isKind(resource, "PodDisruptionBudget")) return otherThanOne(resource);
  // Draining a node does not evict the pods of a DaemonSet.
  if (!isKind(resource, ...longRunning.filter((kind) => kind !== "DaemonSet"))) return undefined;
  // The replacement of an evicted pod cannot start before the others are gone, so a budget would block the drain.
  if (isHeldOnOneNode(resource)) return undefined;
  const pod = podOf(resource);
  if (pod === undefined) return undefined;
  const { most } = replicasOf(resource, resources);
  const covering = budgets.filter(
    (budget) => sameNamespace(budget, resource) && selects(specOf(budget)["selector"], pod.labels),
  );
  if (covering.length > 1) return "is selected by several PodDisruptionBudgets, so no eviction works. Keep one";
  return most < 2 || covering.length === 1 ? undefined : `has up to ${most} pods and no PodDisruptionBudget. Add one`;
}

/** By allow list: percentages and minimums depend on the number of pods. */
function otherThanOne(budget: Resource): string | undefined {
  const { maxUnavailable, minAvailable, selector } = specOf(budget);
  if (selector === unknownValue || maxUnavailable === unknownValue) return undefined;
  if (maxUnavailable !== 1 || minAvailable !== undefined)
    return "allows another number of evictions than one. Set maxUnavailable: 1 alone";
  return isObject(selector) && entriesOf(selector["matchLabels"]).length > 0
    ? undefined
    : "selects every pod. Select the labels of one workload";
}
