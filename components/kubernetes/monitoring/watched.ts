import { Cron } from "croner";
import type { KubernetesConfig } from "../../../stacks/config/schema.ts";
import { objectNames } from "../names.ts";

/** What of a stack there is to watch. Alerts are made for nothing else. */
export interface Watched {
  namespace: string;
  database: { name: string; instances: number; sizeGi: number };
  backup: { longestGapSeconds: number } | undefined;
  drill: { longestGapSeconds: number; timeoutSeconds: number } | undefined;
  /** Claims of which the kubelet counts the bytes, whatever the class. */
  claims: string[];
  /** Whether the proxy for single sign-on is there. */
  proxy: boolean;
  /** Name of cert-manager's Certificate. */
  certificate: string | undefined;
}

export function watchedParts({ kubernetes, storage }: Pick<KubernetesConfig, "kubernetes" | "storage">): Watched {
  const { namespace, postgres, ingress, sso } = kubernetes;
  const { backup } = postgres;
  return {
    namespace,
    database: { name: postgres.name, instances: postgres.instances, sizeGi: postgres.sizeGi },
    backup: backup && { longestGapSeconds: longestGapSeconds(backup.schedule) },
    drill: backup?.drill
      ? {
          longestGapSeconds: longestGapSeconds(backup.drill.schedule),
          timeoutSeconds: backup.drill.timeoutMinutes * 60,
        }
      : undefined,
    claims: [objectNames.redis, ...(storage.kind === "claim" ? [objectNames.storage] : [])],
    proxy: sso !== undefined,
    certificate: ingress.mode !== "none" && ingress.clusterIssuer !== undefined ? objectNames.certificate : undefined,
  };
}

const dayMs = 86_400_000;

/** The longest time between two runs of a schedule, of five or six fields, in UTC. Looks at 400 runs and a year at most. */
export function longestGapSeconds(schedule: string): number {
  const start = new Date("2026-01-01T00:00:00Z");
  const runs = new Cron(schedule, { timezone: "UTC", paused: true }).nextRuns(400, start).map((run) => run.getTime());
  const shown = runs.filter((run, index) => index < 2 || run - start.getTime() < 366 * dayMs);
  const gaps = shown.slice(1).map((run, index) => run - (shown[index] as number));
  return Math.max(dayMs / 24, ...gaps) / 1000;
}
