import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../../config/schema.ts";
import { versions } from "../../../config/versions.ts";
import { fixedFieldManager, skipAwait } from "../annotations.ts";
import { objectNames } from "../names.ts";
import { rolloutLimitSeconds } from "../rollout.ts";
import { transformed, withAnnotations, type KubernetesObject } from "../transform.ts";
import { completeWorkload, type Tier, type Workload, type WorkloadArgs } from "../workload.ts";

export interface ChartObjectsArgs extends Omit<WorkloadArgs, "isAutoscaled"> {
  chart: KubernetesConfig["kubernetes"]["chart"];
  isAutoscaled: (tier: Tier) => boolean;
}

const deployment = "kubernetes:apps/v1:Deployment";
/** Set on the objects themselves: they do not inherit the chart's, because the provider constructs it. */
export const rolloutLimit = { create: `${rolloutLimitSeconds}s`, update: `${rolloutLimitSeconds}s` };

/**
 * Completes each object of the chart, and rejects objects that this program does not support. `onWorker` gets the completed
 * Deployment of the worker, from which its groups are made.
 */
export function chartObject(args: ChartObjectsArgs, onWorker: (worker: Workload) => void): pulumi.ResourceTransform {
  return ({ custom, type, props, opts }) => {
    if (!custom) return undefined;
    const object = completeObject(type, props as KubernetesObject, args);
    if (type !== deployment) return transformed(object, opts);
    const completed = object as Workload;
    if (tierOf(completed.metadata.name) === "worker") onWorker(completed);
    return transformed(object, { ...opts, customTimeouts: rolloutLimit });
  };
}

export function completeObject(type: string, plain: KubernetesObject, args: ChartObjectsArgs): object {
  const object = withAnnotations(plain, fixedFieldManager);
  switch (type) {
    case "kubernetes:core/v1:Secret":
      return object;
    case "kubernetes:core/v1:ServiceAccount":
      return { ...object, automountServiceAccountToken: false };
    case "kubernetes:core/v1:Service":
      return withAnnotations(object, skipAwait);
    case deployment: {
      const tier = tierOf(object.metadata.name);
      if (tier === undefined) break;
      return completeWorkload(object as Workload, tier, { ...args, isAutoscaled: args.isAutoscaled(tier) });
    }
  }
  throw new pulumi.RunError(
    `chatwoot:kubernetes.chart: this chart creates ${type.split(":").pop()} ${object.metadata.name}, which is not supported: ` +
      `it would run without this stack's protections, or twice. Use version ${versions.chatwootChart}.`,
  );
}

function tierOf(name: string): Tier | undefined {
  return (["web", "worker"] as const).find((tier) => name === `${objectNames.release}-${tier}`);
}
