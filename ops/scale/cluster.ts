import { z } from "zod";
import { objectNames } from "../../components/kubernetes/names.ts";
import { isWorkers } from "../../config/worker-groups.ts";
import type { Kubectl } from "../lib/kubernetes/kubectl.ts";

const list = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const metadata = z.object({ name: z.string() });
const deployments = list(
  z.object({
    metadata,
    spec: z.object({ replicas: z.number().default(1) }),
    status: z.object({ readyReplicas: z.number().default(0) }).prefault({}),
  }),
);
const autoscalers = list(
  z.object({
    spec: z.object({
      scaleTargetRef: z.object({ name: z.string() }),
      minReplicas: z.number().default(1),
      maxReplicas: z.number(),
    }),
  }),
);

export interface Tier {
  /** `web`, `worker`, or `worker-mail` of a group. */
  tier: string;
  ready: number;
  wanted: number;
  /** The bounds of its autoscaler: an HPA for web, and the one that KEDA makes for the worker. */
  bounds: { min: number; max: number } | undefined;
}

export async function readTiers(kubectl: Kubectl): Promise<Tier[]> {
  const found = await kubectl.json(["get", "deployments.apps"], deployments);
  const scalers = await kubectl.json(["get", "horizontalpodautoscalers.autoscaling"], autoscalers);
  const prefix = `${objectNames.release}-`;
  return found.items.flatMap((deployment) => {
    const { name } = deployment.metadata;
    const tier = name.slice(prefix.length);
    if (!name.startsWith(prefix) || (tier !== "web" && !isWorkers(tier))) return [];
    const scaler = scalers.items.find(({ spec }) => spec.scaleTargetRef.name === name)?.spec;
    const bounds = scaler && { min: scaler.minReplicas, max: scaler.maxReplicas };
    return [{ tier, ready: deployment.status.readyReplicas, wanted: deployment.spec.replicas, bounds }];
  });
}

/** Whether an autoscaler cannot add a pod that it may need. */
export const isAtLimit = ({ wanted, bounds }: Tier): boolean =>
  bounds !== undefined && bounds.max > bounds.min && wanted >= bounds.max;

export function formatTiers(tiers: readonly Tier[], stack: string): string {
  return tiers
    .flatMap((each) => {
      const { tier, ready, wanted, bounds } = each;
      const by = tier === "web" ? "its CPU" : "the queues (KEDA)";
      const how = bounds === undefined ? "no autoscaler" : `${bounds.min} to ${bounds.max}, by ${by}`;
      const fix = isAtLimit(each)
        ? [
            `${tier} is at its limit. To raise it:`,
            `  pulumi config set --path chatwoot:kubernetes.scaling.${tier.replace("worker-", "groups.")}.max ${wanted + 1} --stack ${stack}`,
          ]
        : bounds === undefined
          ? [
              `To change the count of ${tier}:`,
              `  pulumi config set --path chatwoot:${tier.replace("worker-", "worker.groups.")}.count ${wanted + 1} --stack ${stack}`,
            ]
          : [];
      return [`${tier.padEnd(7)} ${ready} of ${wanted} pods ready; ${how}`, ...fix];
    })
    .join("\n");
}
