import type { PodsConfig, PodKind } from "./schema/kubernetes/pods.ts";

export interface PodResources {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

interface Default {
  cpu: string;
  /** Request and limit; undefined if the stack file has a setting for the memory. */
  memory?: readonly [request: string, limit: string];
}

const defaults: Readonly<Record<PodKind, Default>> = {
  web: { cpu: "250m" },
  worker: { cpu: "250m" },
  // Migrations of large tables need more memory than serving does; only one such pod runs, for minutes.
  preparation: { cpu: "250m", memory: ["1Gi", "2Gi"] },
  database: { cpu: "250m" },
  // Only if `kubernetes.pods` has resources: a change restarts the database.
  backupPlugin: { cpu: "50m", memory: ["128Mi", "512Mi"] },
  redis: { cpu: "50m" },
  redisExporter: { cpu: "10m", memory: ["32Mi", "64Mi"] },
  // Each websocket holds about 100 KB: enough for a thousand visitors and a thousand more.
  proxy: { cpu: "20m", memory: ["64Mi", "256Mi"] },
  restoreDrill: { cpu: "10m", memory: ["64Mi", "256Mi"] },
  pipeline: { cpu: "10m", memory: ["64Mi", "256Mi"] },
};

export const podKinds = Object.keys(defaults) as PodKind[];

/** Requests and limits of a pod's containers; `memoryMb` is the stack file's setting, if it has one. */
export function podResources(pods: PodsConfig, kind: PodKind, memoryMb?: number): PodResources {
  const { cpu, memory = [`${memoryMb}Mi`, `${memoryMb}Mi`] } = defaults[kind];
  const [all, own] = [pods.resources, pods.overrides[kind]?.resources];
  return {
    requests: { cpu, memory: memory[0], ...set(all?.requests), ...set(own?.requests) },
    limits: { memory: memory[1], ...set(all?.limits), ...set(own?.limits) },
  };
}

function set(amounts: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The backup plugin's resources; undefined without a setting for them. */
export function backupPluginResources(pods: PodsConfig): PodResources | undefined {
  const isSet = pods.resources ?? pods.overrides.backupPlugin?.resources;
  return isSet && podResources(pods, "backupPlugin");
}
