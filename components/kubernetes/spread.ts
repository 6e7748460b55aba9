import type { types } from "@pulumi/kubernetes";

/**
 * Spreads a Deployment's pods over the nodes, so that one node failure stops few of them. If that is impossible, pods
 * run anyway. Each release counts separately, because the pods that it replaces are about to stop.
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
