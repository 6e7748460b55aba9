import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkPoliciesConfig } from "../../../config/schema/kubernetes/isolation.ts";
import type { ScalingConfig } from "../../../config/schema/kubernetes/scaling.ts";
import type { Workers } from "../../../config/worker-groups.ts";
import { objectNames, selectorLabels } from "../names.ts";
import { redisPort } from "../redis/settings.ts";
import { deploymentOf } from "../workers.ts";
import { queueScaler, queuesThatScale, redisLogin, scalerOf, webScaler, type ScalerRedis } from "./scalers.ts";

export interface ScalingArgs {
  namespace: pulumi.Input<string>;
  scaling: ScalingConfig;
  /** The minimum number of pods. */
  least: { web: number };
  /** The workers that have a scaler. */
  workers: readonly Workers[];
  redis: ScalerRedis;
  /** Whether Redis runs in the namespace, where a policy must let KEDA in. */
  redisIsDeployed: boolean;
  networkPolicies: Pick<NetworkPoliciesConfig, "enabled">;
}

/** Web by CPU, worker by waiting jobs. The chart's own autoscalers support only CPU and memory. */
export class Scaling extends pulumi.ComponentResource {
  constructor(name: string, args: ScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Scaling", name, {}, opts);
    const { scaling, networkPolicies } = args;
    if (scaling.web) this.#scaleWeb(name, args, scaling.web);
    const scalers = args.workers.flatMap((each) => scalerOf(scaling, each) ?? []);
    if (scalers.length > 0) {
      this.#scaleWorkers(name, args);
      if (networkPolicies.enabled && args.redisIsDeployed)
        this.#allowKedaToReachRedis(name, args, [...new Set(scalers.map(({ kedaNamespace }) => kedaNamespace))]);
    }
    this.registerOutputs();
  }

  #scaleWeb(name: string, { namespace, least }: ScalingArgs, web: NonNullable<ScalingConfig["web"]>): void {
    const metadata = { name: `${objectNames.release}-web`, namespace };
    const spec = webScaler(metadata.name, least.web, web);
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-web`, { metadata, spec }, { parent: this });
  }

  #scaleWorkers(name: string, { namespace, scaling, workers, redis }: ScalingArgs): void {
    const login = new k8s.apiextensions.CustomResource(
      `${name}-redis-login`,
      {
        apiVersion: "keda.sh/v1alpha1",
        kind: "TriggerAuthentication",
        metadata: { name: objectNames.redis, namespace },
        spec: redisLogin(redis),
      },
      { parent: this },
    );
    for (const each of workers) {
      const scaler = scalerOf(scaling, each);
      if (scaler === undefined) continue;
      const deployment = deploymentOf(each);
      const queues = queuesThatScale(each);
      new k8s.apiextensions.CustomResource(
        `${name}-${each.name}`,
        {
          apiVersion: "keda.sh/v1alpha1",
          kind: "ScaledObject",
          metadata: { name: deployment, namespace },
          spec: queueScaler({ deployment, least: each.count, worker: scaler, queues, redis, login: objectNames.redis }),
        },
        { parent: this, dependsOn: login },
      );
    }
  }

  #allowKedaToReachRedis(name: string, { namespace }: ScalingArgs, kedaNamespaces: readonly string[]): void {
    new k8s.networking.v1.NetworkPolicy(
      `${name}-keda`,
      {
        metadata: { name: `${objectNames.redis}-keda`, namespace },
        spec: {
          podSelector: { matchLabels: selectorLabels(objectNames.redis) },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: kedaNamespaces.map((keda) => ({
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": keda } },
              })),
              ports: [{ protocol: "TCP", port: redisPort }],
            },
          ],
        },
      },
      { parent: this },
    );
  }
}
