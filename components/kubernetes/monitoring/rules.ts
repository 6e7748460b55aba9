import type { AlertGroup } from "./alert.ts";
import { absentAlerts } from "./alerts/absent.ts";
import { backupAlerts } from "./alerts/backups.ts";
import { certificateAlerts } from "./alerts/certificate.ts";
import { databaseAlerts } from "./alerts/database.ts";
import { pipelineAlerts } from "./alerts/pipeline.ts";
import { proxyAlerts } from "./alerts/proxy.ts";
import { queueAlerts } from "./alerts/queues.ts";
import { redisAlerts } from "./alerts/redis.ts";
import { volumeAlerts } from "./alerts/volumes.ts";
import { workloadAlerts } from "./alerts/workloads.ts";
import type { Watched } from "./watched.ts";

/** Every alert of a stack, only for the parts that it has. docs/kubernetes/monitoring.md has a section for each. */
export function alertGroups(watched: Watched): AlertGroup[] {
  return [
    { name: "workloads", alerts: workloadAlerts(watched) },
    { name: "queues", alerts: queueAlerts(watched) },
    { name: "database", alerts: databaseAlerts(watched) },
    { name: "backups", alerts: backupAlerts(watched) },
    { name: "redis", alerts: redisAlerts(watched) },
    { name: "volumes", alerts: volumeAlerts(watched) },
    { name: "proxy", alerts: proxyAlerts(watched) },
    { name: "pipeline", alerts: pipelineAlerts(watched) },
    { name: "certificate", alerts: certificateAlerts(watched) },
    { name: "absent", alerts: absentAlerts(watched) },
  ].filter(({ alerts }) => alerts.length > 0);
}
