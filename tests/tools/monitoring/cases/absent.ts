import { firing, instance, own, quiet, type AlertCase } from "./case.ts";

/** One series of each source, which keeps the source's alert quiet. */
const sources: Record<string, string> = {
  Database: instance("cnpg_collector_up", 1),
  Backup: instance("barman_cloud_cloudnative_pg_io_last_available_backup_timestamp", 1),
  RestoreDrill: own("kube_cronjob_created", ',cronjob="chatwoot-restore-drill"'),
  Pipeline: own("kube_cronjob_created", ',cronjob="chatwoot-pipeline-check"'),
  Redis: own("redis_up"),
  Queue: own("chatwoot_worker_processes"),
  Workload: own("kube_deployment_status_replicas_available", ',deployment="chatwoot-web"'),
  Volume: own("kubelet_volume_stats_capacity_bytes", ',persistentvolumeclaim="chatwoot-redis"'),
  Proxy: own("oauth2_proxy_requests_in_flight", ',pod="oauth2-proxy-chatwoot-1"'),
  Certificate:
    'certmanager_certificate_expiration_timestamp_seconds{name="chatwoot-tls",exported_namespace="chatwoot"}',
};

/** The labels of an alert about a missing series. */
const labels: Record<string, Record<string, string>> = {
  RestoreDrill: { cronjob: "chatwoot-restore-drill" },
  Pipeline: { cronjob: "chatwoot-pipeline-check" },
};

export const absentCases: AlertCase[] = Object.entries(sources).map(([source, series]) => ({
  alert: `Chatwoot${source}MetricsAbsent`,
  situations: [
    firing(
      "only metrics of other stacks",
      "20m",
      { 'up{namespace="other"}': "1x30" },
      { severity: "warning", labels: labels[source] ?? {} },
    ),
    firing("the series ended", "40m", { [series]: "1x10" }, { severity: "warning", labels: labels[source] ?? {} }),
    quiet("the series exist", "20m", { [series]: "0x30" }),
    quiet("the series are late", "10m", { 'up{namespace="other"}': "1x30" }),
  ],
}));
