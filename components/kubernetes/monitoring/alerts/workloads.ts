import { objectNames } from "../../names.ts";
import { levels, type Alert } from "../alert.ts";
import { oneOf, quoted, type Watched } from "./common.ts";

/** Metrics of kube-state-metrics. */
export function workloadAlerts({ namespace, proxy, workers }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const deployments = [`${objectNames.release}-web`, ...workers];
  if (proxy) deployments.push(objectNames.proxy);
  const of = `${ns},deployment=~${oneOf(deployments)}`;
  const restarts = (minutes: number): string =>
    `sum by (pod, container) (increase(kube_pod_container_status_restarts_total{${ns}}[${minutes}m]))`;
  return [
    {
      name: "ChatwootUnavailable",
      summary: "{{ $labels.deployment }} has no ready pod",
      description:
        "{{ $labels.deployment }} has {{ $value }} ready pods. Without web or the proxy, Chatwoot is unreachable; without a worker, no job runs.",
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
        "{{ $labels.deployment }} has had {{ $value }} pods fewer than configured for a quarter of an hour. The rest carries the load, and another failure may stop it.",
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
        "The container {{ $labels.container }} of {{ $labels.pod }} has restarted {{ $value | printf `%.0f` }} times in an hour. Each restart aborts requests and repeats jobs.",
      levels: levels(restarts(60), ">", ["warning", 3, "1m"]),
    },
    {
      name: "ChatwootOutOfMemory",
      summary: "{{ $labels.container }} of {{ $labels.pod }} was killed at its memory limit",
      description:
        "The container {{ $labels.container }} of {{ $labels.pod }} reached its memory limit and was killed; it has restarted {{ $value | printf `%.0f` }} times in half an hour.",
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
        "The Job {{ $labels.job_name }}, which migrates the database, failed. The previous version keeps serving; nothing new is deployed until the Job succeeds.",
      levels: [
        {
          severity: "critical",
          expr: `max by (job_name) (kube_job_failed{${ns},job_name=~"${objectNames.release}-prepare-.+",condition="true"}) == 1`,
        },
      ],
    },
  ];
}
