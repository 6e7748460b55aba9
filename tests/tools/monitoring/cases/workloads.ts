import { firing, own, quiet, type AlertCase } from "./case.ts";

const of = (metric: string, deployment: string): string => own(metric, `,deployment="${deployment}"`);
const available = (deployment = "chatwoot-web") => of("kube_deployment_status_replicas_available", deployment);
const wanted = (deployment = "chatwoot-web") => of("kube_deployment_spec_replicas", deployment);
const worker = { pod: "chatwoot-worker-1", container: "chatwoot-workers" };
const inWorker = ',pod="chatwoot-worker-1",container="chatwoot-workers"';
const restarts = own("kube_pod_container_status_restarts_total", inWorker);
const killed = (reason: string) =>
  own("kube_pod_container_status_last_terminated_reason", `${inWorker},reason="${reason}"`);
const job = (name: string, condition = "true") =>
  own("kube_job_failed", `,job_name="${name}",condition="${condition}"`);

export const workloadCases: AlertCase[] = [
  {
    alert: "ChatwootUnavailable",
    situations: [
      firing(
        "no web pod is ready",
        "5m",
        { [available()]: "2 0x10", [wanted()]: "2x10" },
        { severity: "critical", labels: { deployment: "chatwoot-web" }, shown: "0" },
      ),
      firing(
        "no proxy is ready",
        "5m",
        { [available("oauth2-proxy-chatwoot")]: "0x10", [wanted("oauth2-proxy-chatwoot")]: "2x10" },
        { severity: "critical", labels: { deployment: "oauth2-proxy-chatwoot" }, shown: "0" },
      ),
      quiet("one is ready", "5m", { [available()]: "1x10", [wanted()]: "2x10" }),
      quiet("for only a minute", "2m", { [available()]: "2 0x10", [wanted()]: "2x10" }),
      quiet("scaled to zero", "5m", { [available()]: "0x10", [wanted()]: "0x10" }),
      quiet("another namespace's", "5m", {
        'kube_deployment_status_replicas_available{namespace="other",deployment="chatwoot-web"}': "0x10",
        'kube_deployment_spec_replicas{namespace="other",deployment="chatwoot-web"}': "2x10",
      }),
    ],
  },
  {
    alert: "ChatwootPodsMissing",
    situations: [
      firing(
        "one of two for a long time",
        "20m",
        { [available("chatwoot-worker")]: "1x30", [wanted("chatwoot-worker")]: "2x30" },
        { severity: "warning", labels: { deployment: "chatwoot-worker" }, shown: "1" },
      ),
      quiet("during a rollout", "10m", { [available()]: "1x30", [wanted()]: "2x30" }),
      quiet("all ready", "20m", { [available()]: "2x30", [wanted()]: "2x30" }),
    ],
  },
  {
    alert: "ChatwootRestarts",
    situations: [
      firing(
        "every ten minutes",
        "70m",
        { [restarts]: "0x9 1x9 2x9 3x9 4x9 5x9 6x9 7x9" },
        {
          severity: "warning",
          labels: worker,
          shown: "6",
        },
      ),
      quiet("once", "70m", { [restarts]: "0x30 1x60" }),
    ],
  },
  {
    alert: "ChatwootOutOfMemory",
    situations: [
      firing(
        "killed once",
        "40m",
        { [restarts]: "0x30 1x30", [killed("OOMKilled")]: "0x30 1x30" },
        {
          severity: "warning",
          labels: worker,
          shown: "1",
        },
      ),
      quiet("killed long ago", "90m", { [restarts]: "0x30 1x90", [killed("OOMKilled")]: "0x30 1x90" }),
      quiet("restarted for another reason", "40m", { [restarts]: "0x30 1x30", [killed("Error")]: "1x60" }),
    ],
  },
  {
    alert: "ChatwootPreparationFailed",
    situations: [
      firing(
        "a migration failed",
        "1m",
        { [job("chatwoot-prepare-0a1b2c3d4e5f")]: "0 1x5" },
        {
          severity: "critical",
          labels: { job_name: "chatwoot-prepare-0a1b2c3d4e5f" },
        },
      ),
      quiet("it runs or has succeeded", "5m", { [job("chatwoot-prepare-0a1b2c3d4e5f")]: "0x9" }),
      quiet("it has not failed, by the opposite condition", "5m", {
        [job("chatwoot-prepare-0a1b2c3d4e5f", "false")]: "1x9",
      }),
      quiet("a restore drill failed", "5m", { [job("chatwoot-restore-drill-29012345")]: "1x9" }),
    ],
  },
];
