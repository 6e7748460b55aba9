import { objectNames } from "../../names.ts";
import type { Alert } from "../alert.ts";
import { certificateMetric } from "./certificate.ts";
import { oneOf, quoted, type Watched } from "./common.ts";

interface Source {
  /** The source of the metrics, for the alert's name. */
  name: string;
  /** The exporter of the metrics. */
  giver: string;
  /** The problems that stay undetected meanwhile. */
  blindTo: string;
  metric: string;
}

/** Without this alert, an alert with missing metrics would look healthy. */
export function absentAlerts(watched: Watched): Alert[] {
  return sources(watched).map(({ name, giver, blindTo, metric }) => ({
    name: `Chatwoot${name}MetricsAbsent`,
    summary: `Metrics of ${giver} are missing`,
    description: `Prometheus gets no metrics of ${giver}, so no alert reports ${blindTo}.`,
    levels: [{ severity: "warning", expr: `absent(${metric})`, for: "15m" }],
  }));
}

function sources({ namespace, database, backup, drill, pipeline, claims, proxy, certificate }: Watched): Source[] {
  const ns = `namespace=${quoted(namespace)}`;
  const pods = database && `${ns},pod=~"${database.name}-[0-9]+"`;
  const all: (Source | false | undefined)[] = [
    database && {
      name: "Database",
      giver: `the database ${database.name}`,
      blindTo: "a database that is down, full or without a standby",
      metric: `cnpg_collector_up{${pods}}`,
    },
    backup &&
      pods !== undefined && {
        name: "Backup",
        giver: "the backup plugin",
        blindTo: "backups that fail or are missing",
        metric: `barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${pods}}`,
      },
    drill && {
      name: "RestoreDrill",
      giver: `the CronJob ${objectNames.restoreDrill}`,
      blindTo: "restore drills that fail or do not run",
      metric: `kube_cronjob_created{${ns},cronjob=${quoted(objectNames.restoreDrill)}}`,
    },
    pipeline && {
      name: "Pipeline",
      giver: `the CronJob ${objectNames.pipeline}-check`,
      blindTo: "a support pipeline that fails, or checks that do not run",
      metric: `kube_cronjob_created{${ns},cronjob=${quoted(`${objectNames.pipeline}-check`)}}`,
    },
    {
      name: "Redis",
      giver: "Redis",
      blindTo: "a Redis that is down or full",
      metric: `redis_up{${ns}}`,
    },
    {
      name: "Queue",
      giver: "Sidekiq's queues",
      blindTo: "jobs that wait or fail",
      metric: `chatwoot_worker_processes{${ns}}`,
    },
    {
      name: "Workload",
      giver: "kube-state-metrics about web and worker",
      blindTo: "pods that are missing or restart",
      metric: `kube_deployment_status_replicas_available{${ns},deployment=~"${objectNames.release}-(web|worker)"}`,
    },
    claims.length > 0 && {
      name: "Volume",
      giver: "the kubelet about volumes",
      blindTo: "volumes that fill up",
      metric: `kubelet_volume_stats_capacity_bytes{${ns},persistentvolumeclaim=~${oneOf(claims)}}`,
    },
    proxy && {
      name: "Proxy",
      giver: "oauth2-proxy",
      blindTo: "requests that fail",
      metric: `oauth2_proxy_requests_in_flight{${ns}}`,
    },
    certificate !== undefined && {
      name: "Certificate",
      giver: "cert-manager",
      blindTo: "a certificate that expires",
      metric: certificateMetric("expiration_timestamp_seconds", namespace, certificate),
    },
  ];
  return all.filter((source): source is Source => typeof source === "object");
}
