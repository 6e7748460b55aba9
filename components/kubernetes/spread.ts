import type { types } from "@pulumi/kubernetes";

/**
 * Spreads a Deployment's pods over the nodes, so that one node takes few of them down. Where that cannot be had, pods
 * run all the same. Each release counts for itself: the pods that it replaces are about to go.
 */
export function spreadOverNodes(labels: Record<string, string>): types.input.core.v1.TopologySpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
      matchLabelKeys: ["pod-template-hash"],
    },
  ];
}
