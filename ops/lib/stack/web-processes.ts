import { objectNames } from "../../../components/kubernetes/names.ts";
import type { StackResource } from "./deployment.ts";
import { recordedSteps } from "./steps.ts";

/** The web machines or pods of a stack, by its state; with an autoscaler, at most. At least 1. */
export function webProcesses(resources: readonly StackResource[]): number {
  const counts = recordedSteps(resources).map(({ inputs }) => /\bweb=(\d+)/.exec(inputs["COUNTS"] ?? "")?.[1]);
  const objects = resources.flatMap(({ type, inputs }) => {
    const { metadata, spec } = (inputs ?? {}) as { metadata?: { name?: unknown }; spec?: Record<string, unknown> };
    if (metadata?.name !== `${objectNames.release}-web`) return [];
    if (type === "kubernetes:apps/v1:Deployment") return [spec?.["replicas"]];
    return type === "kubernetes:autoscaling/v2:HorizontalPodAutoscaler" ? [spec?.["maxReplicas"]] : [];
  });
  const numbers = [...counts, ...objects].map(Number).filter((count) => Number.isInteger(count));
  return Math.max(1, ...numbers);
}
