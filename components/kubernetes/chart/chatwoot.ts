import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../../config/schema.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { workersOf, type Workers } from "../../../config/worker-groups.ts";
import { webPort } from "../../chatwoot/health.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { checksumAnnotations } from "../annotations.ts";
import { chartValues } from "./values.ts";
import { chartObject, rolloutLimit } from "./objects.ts";
import { disruptionBudget } from "../disruption.ts";
import type { Environment } from "../environment.ts";
import type { MountedVolume } from "../mounted-volume.ts";
import { objectNames, podLabels } from "../names.ts";
import type { RedisServer } from "../redis/server.ts";
import { Scaling } from "../scaling/scaling.ts";
import { scalerOf } from "../scaling/scalers.ts";
import type { Tier, Workload } from "../workload.ts";
import { groupSpec } from "../worker-group.ts";
import { deploymentOf, workerLabels } from "../workers.ts";

export interface ChatwootArgs {
  namespace: pulumi.Input<string>;
  chart: KubernetesConfig["kubernetes"]["chart"];
  image: string;
  web: KubernetesConfig["web"];
  worker: KubernetesConfig["worker"];
  scaling: KubernetesConfig["kubernetes"]["scaling"];
  networkPolicies: KubernetesConfig["kubernetes"]["networkPolicies"];
  runAsNonRoot: boolean;
  pods: PodsConfig;
  database: Pick<PostgresUrl, "host" | "port" | "username" | "database">;
  /** The Secret with the password of the database role. Default: that of the environment. */
  databaseSecret: { name: string; key: string } | undefined;
  redis: Pick<RedisServer, "address" | "passwordSecret" | "verify" | "authority" | "fingerprint">;
  redisIsDeployed: boolean;
  /** Whether the pods restart after Redis. */
  restartsWithRedis: boolean;
  environment: Environment;
  /** Of the settings of the super admin pages that the pods read only at their start; undefined without any. */
  settingsFingerprint: pulumi.Output<string> | undefined;
  /** Whether all pods run on one node, because the volume for attachments can be written from one only. */
  onOneNode: boolean;
  /** The names of the copies that web and worker read. */
  copies: pulumi.Output<string>[];
  /** Deletes other copies once web and worker have rolled out; returns what failed. Default: none is deleted. */
  removeOldCopies?: ((inUse: readonly string[]) => Promise<string[]>) | undefined;
  /** The volume for attachments, the database's certificate. */
  volumes: readonly MountedVolume[];
}

/** Web and worker by the official chart, without its hooks. Transforms set fields for which the chart has no value. */
export class Chatwoot extends pulumi.ComponentResource {
  /** The Service of web. */
  readonly service = { name: objectNames.release, port: webPort };

  constructor(name: string, args: ChatwootArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Chatwoot", name, {}, opts);
    const { namespace, redis, redisIsDeployed, scaling, networkPolicies } = args;
    const [worker, ...groups] = workersOf(args.worker);
    const completed = Promise.withResolvers<Workload>();
    const chart = this.#createWorkloads(name, args, worker, completed.resolve);
    const deployments = groups.map((group) => this.#createGroup(name, args, group, completed.promise));
    const afterwards = { parent: this, dependsOn: [chart, ...deployments] };
    const budgets = [
      { tier: "web", labels: podLabels(objectNames.release, "web"), count: scaling.web?.max ?? args.web.count },
      ...[worker, ...groups].map((each) => ({
        tier: each.name,
        labels: workerLabels(each),
        count: scalerOf(scaling, each)?.max ?? each.count,
      })),
    ];
    for (const { tier, labels, count } of budgets) {
      // On one node, the replacement of an evicted pod has to wait for the others, so a budget would block the drain.
      if (args.onOneNode) break;
      disruptionBudget(
        `${name}-${tier}-disruption`,
        { namespace, workload: `${objectNames.release}-${tier}`, labels, count },
        { parent: this },
      );
    }
    const scaled = [worker, ...groups].filter((each) => scalerOf(scaling, each) !== undefined);
    if (scaling.web !== undefined || scaled.length > 0) {
      const least = { web: args.web.count };
      new Scaling(
        `${name}-scaling`,
        { namespace, scaling, least, workers: scaled, redis, redisIsDeployed, networkPolicies },
        afterwards,
      );
    }
    // As an output, because the run waits for outputs.
    this.registerOutputs({ oldCopies: removedAfter([chart, ...deployments], args) });
  }

  /** A group has the pod template of the main worker, which the chart renders. */
  #createGroup(
    name: string,
    { namespace, pods, scaling }: ChatwootArgs,
    group: Workers,
    worker: Promise<Workload>,
  ): k8s.apps.v1.Deployment {
    const isAutoscaled = scalerOf(scaling, group) !== undefined;
    const spec = pulumi.output(worker).apply((main) => groupSpec(main as Workload, group, { pods, isAutoscaled }));
    return new k8s.apps.v1.Deployment(
      `${name}-${group.name}`,
      {
        metadata: { name: deploymentOf(group), namespace, labels: workerLabels(group) },
        spec: spec as unknown as pulumi.Output<types.input.apps.v1.DeploymentSpec>,
      },
      { parent: this, customTimeouts: rolloutLimit },
    );
  }

  #createWorkloads(
    name: string,
    args: ChatwootArgs,
    worker: Workers,
    onWorker: (worker: Workload) => void,
  ): k8s.helm.v4.Chart {
    const { namespace, environment, scaling } = args;
    const isAutoscaled = (tier: Tier): boolean => scaling[tier] !== undefined;
    return new k8s.helm.v4.Chart(
      `${name}-chart`,
      {
        ...chartSource(args.chart),
        name: objectNames.release,
        namespace,
        values: chartValues({
          image: args.image,
          web: args.web,
          worker: args.worker,
          pods: args.pods,
          database: args.database,
          databaseSecret: args.databaseSecret ?? { name: objectNames.secrets, key: "POSTGRES_PASSWORD" },
          redis: {
            ...args.redis.address,
            secret: { name: args.redisIsDeployed ? objectNames.redis : objectNames.redisLogin, key: "password" },
          },
        }),
      },
      {
        parent: this,
        transforms: [
          chartObject(
            {
              chart: args.chart,
              sources: environment.sources,
              checksums: checksumsOf(args),
              volumes: args.volumes,
              runAsNonRoot: args.runAsNonRoot,
              pods: args.pods,
              isAutoscaled,
              onOneNode: args.onOneNode,
              worker,
            },
            onWorker,
          ),
        ],
      },
    );
  }
}

/** Undefined in a preview and in a run without a cluster. */
function removedAfter(
  rolledOut: readonly pulumi.Resource[],
  { copies, removeOldCopies }: ChatwootArgs,
): pulumi.Output<"removed" | "kept"> | undefined {
  if (removeOldCopies === undefined || pulumi.runtime.isDryRun()) return undefined;
  return pulumi.all([pulumi.all(rolledOut.map(({ urn }) => urn)), copies]).apply(async ([, inUse]) => {
    const failures = await removeOldCopies(inUse);
    if (failures.length === 0) return "removed" as const;
    const reasons = failures.join("; ");
    void pulumi.log.warn(
      `Old copies of Chatwoot's settings were not deleted: ${reasons}. The next \`pulumi up\` tries again.`,
    );
    return "kept" as const;
  });
}

function chartSource({ path, version, repository }: ChatwootArgs["chart"]) {
  return path === undefined ? { chart: "chatwoot", version, repositoryOpts: { repo: repository } } : { chart: path };
}

function checksumsOf({
  redis,
  restartsWithRedis,
  settingsFingerprint,
}: ChatwootArgs): Record<string, pulumi.Input<string>> {
  return {
    ...(restartsWithRedis ? { [checksumAnnotations.redis]: redis.fingerprint } : {}),
    ...(settingsFingerprint === undefined ? {} : { [checksumAnnotations.installation]: settingsFingerprint }),
  };
}
