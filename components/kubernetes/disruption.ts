import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface DisruptionBudgetArgs {
  namespace: pulumi.Input<string>;
  /** Name of the Deployment and of its budget. */
  workload: string;
  /** The labels of its pods. */
  labels: Record<string, string>;
  /** The maximum number of pods. */
  count: number;
}

/**
 * Limits node drains to one pod of a Deployment at a time. Pods that are not ready may be evicted at any time, because
 * a broken release would otherwise block drains. A single pod has no budget, because it would block every drain.
 */
export function disruptionBudget(
  name: string,
  { namespace, workload, labels, count }: DisruptionBudgetArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.policy.v1.PodDisruptionBudget | undefined {
  if (count < 2) return undefined;
  return new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: { name: workload, namespace },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } },
    },
    opts,
  );
}
