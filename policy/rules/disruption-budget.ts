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
import type { Resource } from "../resource.ts";
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
    return several && specOf(resource)["enablePDB"] === false
      ? "has several instances and enablePDB: false. Remove enablePDB"
      : undefined;
  }
  if (isKind(resource, "PodDisruptionBudget")) return allowsNoEviction(resource);
  // Draining a node does not evict the pods of a DaemonSet.
  if (!isKind(resource, ...longRunning.filter((kind) => kind !== "DaemonSet"))) return undefined;
  // The replacement of an evicted pod cannot start before the others are gone, so a budget would block the drain.
  if (isHeldOnOneNode(resource)) return undefined;
  const { most } = replicasOf(resource, resources);
  const labels = podOf(resource)?.labels ?? {};
  const covered = budgets.some(
    (budget) => sameNamespace(budget, resource) && selects(specOf(budget)["selector"], labels),
  );
  return most < 2 || covered ? undefined : `has up to ${most} pods and no PodDisruptionBudget. Add one`;
}

function allowsNoEviction(budget: Resource): string | undefined {
  const { maxUnavailable, minAvailable } = specOf(budget);
  const none = [0, "0", "0%"].includes(maxUnavailable as never) || minAvailable === "100%";
  return none ? "allows no eviction, so no node can be drained. Set maxUnavailable: 1" : undefined;
}
