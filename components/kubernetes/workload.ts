import type * as pulumi from "@pulumi/pulumi";
import { healthPaths, webPort, workerHealthPort } from "../chatwoot/health.ts";
import { workerStopSeconds } from "../chatwoot/processes.ts";
import { objectNames, podLabels } from "./names.ts";
import { chatwootSecurity } from "./pod-security.ts";
import type { MountedVolume } from "./mounted-volume.ts";
import { drainSeconds, firstProbeSeconds, progressDeadlineSeconds, rollingUpdate, webStopSeconds } from "./rollout.ts";
import { spreadOverNodes } from "./spread.ts";
import type { KubernetesObject } from "./transform.ts";

export type Tier = "web" | "worker";

export interface WorkloadArgs {
  /** Read after the chart's own; later ones win. */
  sources: readonly unknown[];
  /** Annotations that roll the pods when something that they read at their start has changed. */
  checksums: Record<string, pulumi.Input<string>>;
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
  /** An autoscaler owns the number of pods: then it is left out, or every update would fight for it. */
  isAutoscaled: boolean;
}

/** A Deployment of the chart, as far as it is looked at here. */
export interface Workload extends KubernetesObject {
  spec: Record<string, unknown> & {
    replicas?: number;
    template: { metadata: { labels?: Record<string, unknown>; annotations?: Record<string, unknown> }; spec: PodSpec };
  };
}
interface PodSpec extends Record<string, unknown> {
  containers: Container[];
  volumes?: unknown[];
}
interface Container extends Record<string, unknown> {
  env?: unknown[];
  envFrom?: unknown[];
  volumeMounts?: unknown[];
}

/** Everything of a Deployment that the chart has no value for. */
export function completeWorkload(
  deployment: Workload,
  tier: Tier,
  args: WorkloadArgs,
): Workload & Record<string, unknown> {
  const { replicas, template, ...spec } = deployment.spec;
  const labels = podLabels(objectNames.release, tier);
  return {
    ...deployment,
    spec: {
      ...spec,
      ...(args.isAutoscaled || replicas === undefined ? {} : { replicas }),
      strategy: rollingUpdate,
      progressDeadlineSeconds,
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...template.metadata.labels, ...labels },
          annotations: { ...template.metadata.annotations, ...args.checksums },
        },
        spec: completePod(template.spec, tier, labels, args),
      },
    },
  };
}

function completePod(spec: PodSpec, tier: Tier, labels: Record<string, string>, args: WorkloadArgs): PodSpec {
  const [container, ...others] = spec.containers;
  const security = chatwootSecurity(args.runAsNonRoot);
  const extraVolumes = args.volumes.map(({ volume }) => volume);
  return {
    ...spec,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: tier === "web" ? webStopSeconds : workerStopSeconds,
    topologySpreadConstraints: spreadOverNodes(labels),
    securityContext: { ...(spec["securityContext"] as object | undefined), ...security.pod },
    containers: [completeContainer(container ?? {}, tier, args), ...others],
    volumes: [...(spec.volumes ?? []), ...security.volumes, ...extraVolumes],
  };
}

function completeContainer(container: Container, tier: Tier, args: WorkloadArgs): Container {
  const security = chatwootSecurity(args.runAsNonRoot);
  return {
    ...container,
    env: [...(container.env ?? []), ...security.env],
    envFrom: [...(container.envFrom ?? []), ...args.sources],
    securityContext: security.container,
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      ...security.volumeMounts,
      ...args.volumes.map(({ mount }) => mount),
    ],
    ...(tier === "web" ? webHealth(container) : workerHealth),
  };
}

/**
 * The chart asks `/api` whether web is ready. That looks at database and Redis, which all pods share: one hiccup there
 * and no pod is ready, so nobody gets an answer, not even an error.
 */
function webHealth({ readinessProbe }: Container): Container {
  return {
    readinessProbe: {
      ...(readinessProbe as object | undefined),
      httpGet: { path: healthPaths.live, port: webPort },
    },
    lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
  };
}

/** The chart has none for the worker. By HTTP only: a bare TCP connection makes Sidekiq's health server spin. */
const health = { httpGet: { path: "/", port: workerHealthPort }, timeoutSeconds: 5 };
const workerHealth: Container = {
  startupProbe: { ...health, initialDelaySeconds: firstProbeSeconds, periodSeconds: 10, failureThreshold: 60 },
  livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 5 },
};
