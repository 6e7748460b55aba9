import type * as pulumi from "@pulumi/pulumi";
import type { Workers } from "../../config/worker-groups.ts";
import type { PodsConfig } from "../../config/schema/kubernetes/pods.ts";
import { livePath, webPort, workerHealthPort } from "../chatwoot/health.ts";
import { workerStopSeconds } from "../chatwoot/processes.ts";
import { objectNames, podLabels } from "./names.ts";
import { chatwootSecurity } from "./pod-security.ts";
import { placed, placementOf } from "./pod-template.ts";
import type { MountedVolume } from "./mounted-volume.ts";
import {
  drainSeconds,
  firstProbeSeconds,
  progressDeadlineSeconds,
  replacingUpdate,
  rollingUpdate,
  webStopSeconds,
} from "./rollout.ts";
import { besideEachOther, sharedVolumeLabel } from "./one-node.ts";
import { spreadOverNodes } from "./spread.ts";
import type { KubernetesObject } from "./transform.ts";
import { workerArgs } from "./workers.ts";

export type Tier = "web" | "worker";

export interface WorkloadArgs {
  /** Read after the chart's own sources; later ones override earlier ones. */
  sources: readonly unknown[];
  /** Annotations that restart the pods when a value that they read at startup changes. */
  checksums: Record<string, pulumi.Input<string>>;
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
  pods: PodsConfig;
  /** The main worker. Default: it serves every queue. */
  worker?: Workers;
  /** Whether web and worker run on one node. */
  onOneNode: boolean;
  /** Whether an autoscaler owns the number of pods. If true, the number is omitted, so that updates do not reset it. */
  isAutoscaled: boolean;
}

/** The fields of the chart's Deployment that this program reads. */
export interface Workload extends KubernetesObject {
  spec: Record<string, unknown> & {
    replicas?: number;
    template: { metadata: { labels?: Record<string, unknown>; annotations?: Record<string, unknown> }; spec: PodSpec };
  };
}
interface PodSpec extends Record<string, unknown> {
  initContainers?: unknown[];
  containers: Container[];
  volumes?: unknown[];
}
interface Container extends Record<string, unknown> {
  env?: unknown[];
  envFrom?: unknown[];
  volumeMounts?: unknown[];
}

/** The Deployment's settings for which the chart has no value. */
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
      strategy: args.onOneNode ? replacingUpdate : rollingUpdate,
      progressDeadlineSeconds,
      template: placed(
        {
          ...template,
          metadata: {
            ...template.metadata,
            labels: { ...template.metadata.labels, ...labels, ...(args.onOneNode ? sharedVolumeLabel : {}) },
            annotations: { ...template.metadata.annotations, ...args.checksums },
          },
          spec: completePod(template.spec, tier, labels, args),
        },
        placementOf(args.pods, tier),
      ),
    },
  };
}

function completePod(spec: PodSpec, tier: Tier, labels: Record<string, string>, args: WorkloadArgs): PodSpec {
  const [container, ...others] = spec.containers;
  const security = chatwootSecurity(args.runAsNonRoot);
  const extraVolumes = args.volumes.map(({ volume }) => volume);
  const inits = security.initContainers(
    String(container?.["image"]),
    container?.["imagePullPolicy"] as string | undefined,
  );
  return {
    ...spec,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: tier === "web" ? webStopSeconds : workerStopSeconds,
    ...(args.onOneNode ? { affinity: besideEachOther } : { topologySpreadConstraints: spreadOverNodes(labels) }),
    securityContext: { ...(spec["securityContext"] as object | undefined), ...security.pod },
    ...(inits.length === 0 ? {} : { initContainers: [...(spec.initContainers ?? []), ...inits] }),
    containers: [completeContainer(container ?? {}, tier, args), ...others],
    volumes: [...(spec.volumes ?? []), ...extraVolumes],
  };
}

function completeContainer(container: Container, tier: Tier, args: WorkloadArgs): Container {
  const security = chatwootSecurity(args.runAsNonRoot);
  return {
    ...container,
    env: [...(container.env ?? []).filter((entry) => !readsRecord(entry)), ...security.env],
    envFrom: [...(container.envFrom ?? []), ...args.sources],
    securityContext: security.container,
    volumeMounts: [...(container.volumeMounts ?? []), ...args.volumes.map(({ mount }) => mount)],
    ...(tier === "web" ? webHealth(container) : { ...(args.worker && workerArgs(args.worker)), ...workerHealth }),
  };
}

/** Pods read every value of the record from its copy. */
function readsRecord(entry: unknown): boolean {
  const { valueFrom } = entry as { valueFrom?: { secretKeyRef?: { name?: string } } };
  return valueFrom?.secretKeyRef?.name === objectNames.secrets;
}

/**
 * The chart's readiness probe of web requests `/api`, which answers 500 while Redis loads its data. All pods share Redis,
 * so every pod would become unready, and clients would get no answer, not even an error.
 *
 * A kubelet follows a redirect to the same host: without the header it would speak TLS with Puma, and fail.
 */
function webHealth(container: Container): Container {
  const httpGet = {
    path: livePath,
    port: webPort,
    httpHeaders: [{ name: "X-Forwarded-Proto", value: "https" }],
  };
  const probes = ["startupProbe", "livenessProbe", "readinessProbe"].filter((probe) => container[probe] !== undefined);
  return {
    ...Object.fromEntries(probes.map((probe) => [probe, { ...(container[probe] as object), httpGet }])),
    lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
  };
}

/**
 * The chart has no probe for the worker. HTTP only, because a bare TCP connection makes Sidekiq's health server spin.
 */
const health = { httpGet: { path: "/", port: workerHealthPort }, timeoutSeconds: 5 };
const workerHealth: Container = {
  startupProbe: { ...health, initialDelaySeconds: firstProbeSeconds, periodSeconds: 10, failureThreshold: 60 },
  livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 5 },
};
