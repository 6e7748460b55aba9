import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkPoliciesConfig } from "../../../config/schema/kubernetes/isolation.ts";
import type { ScalingConfig } from "../../../config/schema/kubernetes/scaling.ts";
import { objectNames, selectorLabels } from "../names.ts";
import { redisPort } from "../redis/settings.ts";
import { queueScaler, redisLogin, webScaler, type ScalerRedis } from "./scalers.ts";

export interface ScalingArgs {
  namespace: pulumi.Input<string>;
  scaling: ScalingConfig;
  /** The minimum number of pods of each. */
  least: { web: number; worker: number };
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
    if (scaling.worker) {
      this.#scaleWorker(name, args, scaling.worker);
      if (networkPolicies.enabled && args.redisIsDeployed)
        this.#allowKedaToReachRedis(name, args, scaling.worker.kedaNamespace);
    }
    this.registerOutputs();
  }

  #scaleWeb(name: string, { namespace, least }: ScalingArgs, web: NonNullable<ScalingConfig["web"]>): void {
    const metadata = { name: `${objectNames.release}-web`, namespace };
    const spec = webScaler(metadata.name, least.web, web);
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-web`, { metadata, spec }, { parent: this });
  }

  #scaleWorker(
    name: string,
    { namespace, least, redis }: ScalingArgs,
    worker: NonNullable<ScalingConfig["worker"]>,
  ): void {
    const metadata = { name: `${objectNames.release}-worker`, namespace };
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
    new k8s.apiextensions.CustomResource(
      `${name}-worker`,
      {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata,
        spec: queueScaler({
          deployment: metadata.name,
          least: least.worker,
          worker,
          redis,
          login: objectNames.redis,
        }),
      },
      { parent: this, dependsOn: login },
    );
  }

  #allowKedaToReachRedis(name: string, { namespace }: ScalingArgs, kedaNamespace: string): void {
    new k8s.networking.v1.NetworkPolicy(
      `${name}-keda`,
      {
        metadata: { name: `${objectNames.redis}-keda`, namespace },
        spec: {
          podSelector: { matchLabels: selectorLabels(objectNames.redis) },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": kedaNamespace } } }],
              ports: [{ protocol: "TCP", port: redisPort }],
            },
          ],
        },
      },
      { parent: this },
    );
  }
}
