import type { KubernetesConfig } from "../../../config/schema.ts";
import { deployed } from "../../../config/schema/kubernetes/external.ts";
import { gapsMs } from "../../chatwoot/pipeline-schedule/runs.ts";
import { workersOf } from "../../../config/worker-groups.ts";
import { objectNames } from "../names.ts";
import { deploymentOf } from "../workers.ts";

/** The parts of a stack to monitor. Only these have alerts. */
export interface Watched {
  namespace: string;
  /** Undefined for an external database, which its provider watches. */
  database: { name: string; instances: number; sizeGi: number } | undefined;
  /** Whether the stack runs Redis. */
  redisIsDeployed: boolean;
  backup: { longestGapSeconds: number } | undefined;
  drill: { longestGapSeconds: number; timeoutSeconds: number } | undefined;
  /** CronJobs that check the support pipeline. */
  pipeline: { checkGapSeconds: number; reportGapSeconds: number } | undefined;
  /** Claims that have metrics of the kubelet. */
  claims: string[];
  /** Whether the stack has single sign-on. */
  proxy: boolean;
  /** Names of the workers' Deployments. */
  workers: string[];
  /** The queues of each kind of workers, by the name of its Deployment. */
  queues: Readonly<Record<string, readonly string[]>>;
  /** Name of cert-manager's Certificate. */
  certificate: string | undefined;
}

type WatchedSettings = Pick<KubernetesConfig, "kubernetes" | "storage" | "support" | "worker">;

export function watchedParts({ kubernetes, storage, support, worker }: WatchedSettings): Watched {
  const { namespace, ingress, sso } = kubernetes;
  const postgres = deployed(kubernetes.postgres);
  const redis = deployed(kubernetes.redis);
  const backup = postgres?.backup;
  const { runner, check, report } = support?.schedules ?? {};
  return {
    namespace,
    database: postgres && { name: postgres.name, instances: postgres.instances, sizeGi: postgres.sizeGi },
    redisIsDeployed: redis !== undefined,
    backup: backup && { longestGapSeconds: longestGapSeconds(backup.schedule) },
    drill: backup?.drill
      ? {
          longestGapSeconds: longestGapSeconds(backup.drill.schedule),
          timeoutSeconds: backup.drill.timeoutMinutes * 60,
        }
      : undefined,
    pipeline:
      runner === "stack" && check !== undefined && report !== undefined
        ? { checkGapSeconds: longestGapSeconds(check), reportGapSeconds: longestGapSeconds(report) }
        : undefined,
    claims: [...(redis ? [objectNames.redis] : []), ...(storage.kind === "claim" ? [objectNames.storage] : [])],
    proxy: sso !== undefined,
    workers: workersOf(worker).map(deploymentOf),
    queues: Object.fromEntries(workersOf(worker).map((each) => [deploymentOf(each), each.queues])),
    certificate: ingress.mode !== "none" && ingress.clusterIssuer !== undefined ? objectNames.certificate : undefined,
  };
}

const hourMs = 3_600_000;

/** The longest time between two runs of a schedule, of five or six fields, in UTC; an hour at least. */
export function longestGapSeconds(schedule: string): number {
  return Math.max(hourMs, ...gapsMs(schedule)) / 1000;
}
