import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface DisruptionBudgetArgs {
  namespace: pulumi.Input<string>;
  /** Name of the Deployment, and so of its budget. */
  workload: string;
  /** The labels of its pods. */
  labels: Record<string, string>;
  /** The most pods that it has. */
  count: number;
}

/**
 * Lets a drained node take one pod of a Deployment at a time. Pods that are not ready may go at any time, or a broken
 * release would keep nodes from being drained. None for a single pod, which nothing could spare.
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
