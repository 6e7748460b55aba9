import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../stacks/config/schema.ts";
import { webPort, workerHealthPort } from "../chatwoot/health.ts";
import type { PostgresUrl } from "../chatwoot/postgres-url.ts";
import { workerStopSeconds } from "../chatwoot/processes.ts";
import { fixedFieldManager, skipAwait } from "./annotations.ts";
import { chartValues } from "./chart-values.ts";
import type { Environment } from "./environment.ts";
import { objectNames, podLabels } from "./names.ts";
import { transformed, withAnnotations, type KubernetesObject } from "./transform.ts";

export interface ChatwootArgs {
  namespace: pulumi.Input<string>;
  chart: KubernetesConfig["kubernetes"]["chart"];
  image: string;
  web: KubernetesConfig["web"];
  worker: KubernetesConfig["worker"];
  postgres: Pick<PostgresUrl, "host" | "port" | "username" | "database">;
  redisHost: string;
  environment: Environment;
  /** The claim that web and worker share; undefined where attachments go to a bucket. */
  claimName: pulumi.Input<string> | undefined;
}

/** Web and worker by the official chart, its hooks left out, and completed where the chart has no value for it. */
export class Chatwoot extends pulumi.ComponentResource {
  /** Where web answers inside the cluster. */
  readonly service = { name: objectNames.release, port: webPort };

  constructor(name: string, args: ChatwootArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Chatwoot", name, {}, opts);
    const { chart, environment } = args;
    const source =
      chart.path === undefined
        ? { chart: "chatwoot", version: chart.version, repositoryOpts: { repo: chart.repository } }
        : { chart: chart.path };
    new k8s.helm.v4.Chart(
      `${name}-chart`,
      {
        ...source,
        name: objectNames.release,
        namespace: args.namespace,
        values: chartValues({
          image: args.image,
          web: args.web,
          worker: args.worker,
          postgres: args.postgres,
          postgresSecret: objectNames.databaseCredentials,
          redisHost: args.redisHost,
          redisSecret: objectNames.redis,
          environmentSecret: environment.secretName,
        }),
      },
      { parent: this, transforms: [completeObjects(args)], customTimeouts: { create: "20m", update: "20m" } },
    );
    this.registerOutputs();
  }
}

interface Workload extends KubernetesObject {
  spec: {
    template: { metadata: { labels?: Record<string, unknown>; annotations?: Record<string, unknown> }; spec: PodSpec };
  };
}
interface PodSpec extends Record<string, unknown> {
  containers: (Record<string, unknown> & { envFrom?: unknown[]; volumeMounts?: unknown[] })[];
  volumes?: unknown[];
}

function completeObjects(args: ChatwootArgs): pulumi.ResourceTransform {
  return ({ custom, type, props, opts }) => {
    if (!custom) return undefined;
    const object = withAnnotations(props as KubernetesObject, fixedFieldManager);
    if (type === "kubernetes:core/v1:Service") return transformed(withAnnotations(object, skipAwait), opts);
    if (type === "kubernetes:apps/v1:Deployment") return transformed(completeWorkload(object as Workload, args), opts);
    return transformed(object, opts);
  };
}

function completeWorkload(
  deployment: Workload,
  { environment, claimName }: ChatwootArgs,
): Workload & Record<string, unknown> {
  const { template } = deployment.spec;
  const [container, ...others] = template.spec.containers;
  const isWorker = deployment.metadata.name.endsWith("-worker");
  const completed = {
    ...container,
    envFrom: [...(container?.envFrom ?? []), ...environment.sources],
    volumeMounts: [
      ...(container?.volumeMounts ?? []),
      ...(claimName === undefined ? [] : [{ name: "storage", mountPath: "/app/storage" }]),
    ],
    ...(isWorker ? workerProbes : {}),
  };
  const spec = {
    ...template.spec,
    automountServiceAccountToken: false,
    ...(isWorker ? { terminationGracePeriodSeconds: workerStopSeconds } : {}),
    containers: [completed, ...others],
    volumes: [
      ...(template.spec.volumes ?? []),
      ...(claimName === undefined ? [] : [{ name: "storage", persistentVolumeClaim: { claimName } }]),
    ],
  };
  const metadata = {
    ...template.metadata,
    labels: { ...template.metadata.labels, ...podLabels(objectNames.release, isWorker ? "worker" : "web") },
    annotations: { ...template.metadata.annotations, ...environment.checksums },
  };
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, metadata, spec } } };
}

/** The chart has none for the worker. By HTTP only: a bare TCP connection makes Sidekiq's health server spin. */
const health = { httpGet: { path: "/", port: workerHealthPort }, timeoutSeconds: 5 };
const workerProbes = {
  startupProbe: { ...health, periodSeconds: 10, failureThreshold: 60 },
  livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 5 },
};
