import { objectNames } from "../../names.ts";
import { levels, type Alert } from "../alert.ts";
import { oneOf, quoted, type Watched } from "./common.ts";

/** Metrics of kube-state-metrics. */
export function workloadAlerts({ namespace, proxy }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const deployments = [`${objectNames.release}-web`, `${objectNames.release}-worker`];
  if (proxy) deployments.push(objectNames.proxy);
  const of = `${ns},deployment=~${oneOf(deployments)}`;
  const restarts = (minutes: number): string =>
    `sum by (pod, container) (increase(kube_pod_container_status_restarts_total{${ns}}[${minutes}m]))`;
  return [
    {
      name: "ChatwootUnavailable",
      summary: "{{ $labels.deployment }} has no pod that is ready",
      description:
        "{{ $labels.deployment }} has {{ $value }} pods that are ready. Without web or the proxy nobody reaches Chatwoot; without a worker no job is done.",
      levels: [
        {
          severity: "critical",
          expr: `max by (deployment) (kube_deployment_status_replicas_available{${of}}) == 0 and max by (deployment) (kube_deployment_spec_replicas{${of}}) > 0`,
          for: "2m",
        },
      ],
    },
    {
      name: "ChatwootPodsMissing",
      summary: "{{ $labels.deployment }} lacks {{ $value }} pods",
      description:
        "{{ $labels.deployment }} has had {{ $value }} pods fewer than it should for a quarter of an hour. The rest carries the load, and the next one that fails may be the last.",
      levels: levels(
        `max by (deployment) (kube_deployment_spec_replicas{${of}}) - max by (deployment) (kube_deployment_status_replicas_available{${of}})`,
        ">",
        ["warning", 0, "15m"],
      ),
    },
    {
      name: "ChatwootRestarts",
      summary:
        "{{ $labels.container }} of {{ $labels.pod }} has restarted {{ $value | printf `%.0f` }} times in an hour",
      description:
        "The container {{ $labels.container }} of {{ $labels.pod }} has restarted {{ $value | printf `%.0f` }} times in an hour. Each time, requests break off and jobs begin again.",
      levels: levels(restarts(60), ">", ["warning", 3, "1m"]),
    },
    {
      name: "ChatwootOutOfMemory",
      summary: "{{ $labels.container }} of {{ $labels.pod }} was killed, because it took all of its memory",
      description:
        "The container {{ $labels.container }} of {{ $labels.pod }} reached its limit of memory and was killed; it has restarted {{ $value | printf `%.0f` }} times in half an hour.",
      levels: [
        {
          severity: "warning",
          expr: `${restarts(30)} > 0 and on (pod, container) max by (pod, container) (kube_pod_container_status_last_terminated_reason{${ns},reason="OOMKilled"}) == 1`,
        },
      ],
    },
    {
      name: "ChatwootPreparationFailed",
      summary: "The preparation Job {{ $labels.job_name }} failed",
      description:
        "The Job {{ $labels.job_name }}, which migrates the database, failed. The version before goes on serving; nothing new is deployed until it succeeds.",
      levels: [
        {
          severity: "critical",
          expr: `max by (job_name) (kube_job_failed{${ns},job_name=~"${objectNames.release}-prepare-.+",condition="true"}) == 1`,
        },
      ],
    },
  ];
}
