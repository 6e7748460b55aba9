import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { scalingQueues } from "../../../config/queues.ts";
import type { RedisServer } from "../redis/server.ts";
import type { Workers } from "../../../config/worker-groups.ts";
import type { ScalingConfig } from "../../../config/schema/kubernetes/scaling.ts";

/** The HorizontalPodAutoscaler of web. It scales down after five minutes of low load, which is its default. */
export function webScaler(
  deployment: string,
  least: number,
  { max, cpuPercent }: NonNullable<ScalingConfig["web"]>,
): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
    minReplicas: least,
    maxReplicas: max,
    metrics: [
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: cpuPercent } } },
    ],
  };
}

/** https://keda.sh/docs/latest/reference/triggerauthentication-spec/ */
export interface TriggerAuthenticationSpec {
  secretTargetRef: LoginPart[];
  configMapTargetRef?: LoginPart[];
}

interface LoginPart {
  parameter: "username" | "password" | "ca";
  name: pulumi.Input<string>;
  key: string;
}

/** https://keda.sh/docs/latest/reference/scaledobject-spec/, only the fields that this program sets. */
export interface ScaledObjectSpec {
  scaleTargetRef: { name: string };
  minReplicaCount: number;
  maxReplicaCount: number;
  /** Seconds between two checks of the queues. */
  pollingInterval: number;
  fallback: { failureThreshold: number; replicas: number; behavior: "currentReplicasIfHigher" };
  advanced: { scalingModifiers: { formula: string; target: string; metricType: "AverageValue" } };
  triggers: RedisTrigger[];
}

/** https://keda.sh/docs/latest/scalers/redis-lists/ */
interface RedisTrigger {
  type: "redis";
  name: string;
  metadata: {
    address: string;
    listName: string;
    listLength: string;
    databaseIndex: string;
    enableTLS?: "true";
    unsafeSsl?: "true";
  };
  authenticationRef: { name: string };
}

/** What KEDA needs to reach Redis. */
export type ScalerRedis = Pick<RedisServer, "address" | "passwordSecret" | "verify" | "authority">;

export function redisLogin({ address, passwordSecret, authority }: ScalerRedis): TriggerAuthenticationSpec {
  const ca = authority && [{ parameter: "ca" as const, name: authority.name, key: authority.key }];
  const { name } = passwordSecret;
  return {
    secretTargetRef: [
      { parameter: "password", ...passwordSecret },
      ...(address.username === undefined ? [] : [{ parameter: "username" as const, name, key: "username" }]),
      ...(ca && authority.kind === "Secret" ? ca : []),
    ],
    ...(ca && authority.kind === "ConfigMap" ? { configMapTargetRef: ca } : {}),
  };
}

/** The autoscaler of workers; undefined without one. */
export function scalerOf(
  { worker, groups }: ScalingConfig,
  { group }: Pick<Workers, "group">,
): ScalingConfig["worker"] {
  return group === undefined ? worker : groups[group];
}

/** The main worker scales by the queues that users wait for, a group by all that it serves. */
export function queuesThatScale({ group, queues }: Pick<Workers, "group" | "queues">): readonly string[] {
  return group === undefined ? scalingQueues.filter((queue) => queues.includes(queue)) : queues;
}

export interface QueueScalerArgs {
  deployment: string;
  least: number;
  worker: Pick<NonNullable<ScalingConfig["worker"]>, "max" | "queueLength">;
  /** Queues whose jobs count. */
  queues: readonly string[];
  redis: ScalerRedis;
  /** Name of the TriggerAuthentication. */
  login: string;
}

/**
 * Scales workers by the sum of all waiting jobs. Separate triggers would count less: three queues, each half full,
 * would start no second worker. If KEDA cannot reach Redis, the number of workers is unchanged.
 */
export function queueScaler({ deployment, least, worker, queues, redis, login }: QueueScalerArgs): ScaledObjectSpec {
  const target = String(worker.queueLength);
  const { host, port, tls, database } = redis.address;
  const connection = {
    address: `${host.includes(":") ? `[${host}]` : host}:${port}`,
    databaseIndex: String(database),
    ...(tls ? { enableTLS: "true" as const } : {}),
    ...(tls && redis.verify === "none" ? { unsafeSsl: "true" as const } : {}),
  };
  return {
    scaleTargetRef: { name: deployment },
    minReplicaCount: least,
    maxReplicaCount: worker.max,
    pollingInterval: 30,
    fallback: { failureThreshold: 3, replicas: least, behavior: "currentReplicasIfHigher" },
    advanced: { scalingModifiers: { formula: queues.join(" + "), target, metricType: "AverageValue" } },
    triggers: queues.map((queue) => ({
      type: "redis",
      name: queue,
      metadata: { ...connection, listName: `queue:${queue}`, listLength: target },
      authenticationRef: { name: login },
    })),
  };
}
