import { isDatabase, isHeldOnOneNode, isKind, podOf, selects, specOf } from "../kubernetes.ts";
import { listOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";
import { numberOr, replicasOf } from "../scale.ts";

export const spreadOverNodes: Rule = {
  name: "spread-over-nodes",
  requirement:
    "The pods of a workload are spread over nodes or zones, unless a required podAffinity holds them on one node.",
  reason: "A failing node would take down all pods of the workload.",
  fix: "Add `topologySpreadConstraints` (or a `podAntiAffinity`) that selects the pods' labels; for the database `affinity.enablePodAntiAffinity`.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    return resources
      .filter((resource) => canShareNode(resource, resources))
      .map((resource) => ({
        resource,
        message: "has several pods that can run on one node. Add topologySpreadConstraints.",
      }));
  },
};

function canShareNode(resource: Resource, resources: readonly Resource[]): boolean {
  if (isDatabase(resource)) {
    const { instances, affinity } = specOf(resource);
    return numberOr(instances, 1) > 1 && affinity?.enablePodAntiAffinity === false;
  }
  if (!isKind(resource, "Deployment", "StatefulSet") || replicasOf(resource, resources).most < 2) return false;
  if (isHeldOnOneNode(resource)) return false;
  const { spec = {}, labels = {} } = podOf(resource) ?? {};
  return !isSpread(spec, labels);
}

function isSpread(spec: Props, labels: Props): boolean {
  const constrained = listOf(spec["topologySpreadConstraints"]).some(({ labelSelector }) =>
    selects(labelSelector, labels),
  );
  const anti = spec["affinity"]?.["podAntiAffinity"];
  const terms = [
    ...listOf(anti?.["requiredDuringSchedulingIgnoredDuringExecution"]),
    ...listOf(anti?.["preferredDuringSchedulingIgnoredDuringExecution"]).map(
      ({ podAffinityTerm }) => (podAffinityTerm ?? {}) as Props,
    ),
  ];
  return constrained || terms.some(({ labelSelector }) => selects(labelSelector, labels));
}
