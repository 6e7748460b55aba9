import { isDatabase, isHeldOnOneNode, isKind, podOf, selects, specOf } from "../kubernetes.ts";
import { isObject, listOf, type Props, type Resource } from "../resource.ts";
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

const places = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

function canShareNode(resource: Resource, resources: readonly Resource[]): boolean {
  if (isDatabase(resource)) {
    const { instances, affinity } = specOf(resource);
    const { enablePodAntiAffinity, topologyKey = places[0] }: Props = isObject(affinity) ? affinity : {};
    return numberOr(instances, 1) > 1 && (enablePodAntiAffinity === false || !places.includes(topologyKey as string));
  }
  if (!isKind(resource, "Deployment", "StatefulSet") || replicasOf(resource, resources).most < 2) return false;
  if (isHeldOnOneNode(resource)) return false;
  const pod = podOf(resource);
  // Its spec is unknown in a preview.
  if (pod === undefined) return false;
  const { spec, labels } = pod;
  const isPinned = spec["nodeName"] !== undefined || spec["nodeSelector"]?.["kubernetes.io/hostname"] !== undefined;
  return isPinned || !isSpread(spec, labels);
}

function isSpread(spec: Props, labels: Props): boolean {
  const constrained = listOf(spec["topologySpreadConstraints"]).some(
    ({ labelSelector, topologyKey, maxSkew }) =>
      selects(labelSelector, labels) && places.includes(topologyKey as string) && numberOr(maxSkew, 1) === 1,
  );
  const anti = spec["affinity"]?.["podAntiAffinity"];
  const terms = [
    ...listOf(anti?.["requiredDuringSchedulingIgnoredDuringExecution"]),
    ...listOf(anti?.["preferredDuringSchedulingIgnoredDuringExecution"]).map(
      ({ podAffinityTerm }) => (podAffinityTerm ?? {}) as Props,
    ),
  ];
  return (
    constrained ||
    terms.some(
      ({ labelSelector, topologyKey }) => selects(labelSelector, labels) && places.includes(topologyKey as string),
    )
  );
}
