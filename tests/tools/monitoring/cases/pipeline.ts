import { firing, own, quiet, type AlertCase } from "./case.ts";

const cronJob = (metric: string, run: string): string => own(metric, `,cronjob="chatwoot-pipeline-${run}"`);
const job = (metric: string, run: string, more = ""): string =>
  own(metric, `,job_name="chatwoot-pipeline-${run}-29400000"${more}`);
const succeeded = (run: string): string => cronJob("kube_cronjob_status_last_successful_time", run);
const started = (run: string): string => cronJob("kube_cronjob_status_last_schedule_time", run);
const made = (run: string): string => cronJob("kube_cronjob_created", run);
const failed = (run: string): string => job("kube_job_failed", run, ',condition="true"');

const failing = (run: string, severity: "info" | "warning"): AlertCase["situations"] => [
  firing(
    "the newest one",
    "20m",
    { [job("kube_job_created", run)]: "600x30", [failed(run)]: "0x10 1x30", [succeeded(run)]: "60x30" },
    { severity, shown: "10m 0s" },
  ),
  firing(
    "the first one",
    "20m",
    { [job("kube_job_created", run)]: "600x30", [failed(run)]: "1x30" },
    { severity, shown: "10m 0s" },
  ),
  quiet("one has succeeded since", "20m", {
    [job("kube_job_created", run)]: "60x30",
    [failed(run)]: "1x30",
    [succeeded(run)]: "600x30",
  }),
  quiet("it runs", "20m", { [job("kube_job_created", run)]: "600x30", [failed(run)]: "0x30" }),
];

export const pipelineCases: AlertCase[] = [
  { alert: "ChatwootPipelineCheckFailed", situations: failing("check", "warning") },
  { alert: "ChatwootPipelineReportFailed", situations: failing("report", "info") },
  {
    alert: "ChatwootPipelineNotLookedAt",
    interval: "10m",
    situations: [
      firing(
        "no check for three hours",
        "180m",
        { [started("check")]: "0x300", [started("report")]: "0x300" },
        { severity: "warning", labels: { cronjob: "chatwoot-pipeline-check" }, shown: "3h 0m 0s" },
      ),
      firing(
        "no check ever",
        "180m",
        { [made("check")]: "0x300", [started("report")]: "0x300" },
        { severity: "warning", labels: { cronjob: "chatwoot-pipeline-check" }, shown: "3h 0m 0s" },
      ),
      firing(
        "no report for eight days",
        "11520m",
        { [started("check")]: "691000x20000", [started("report")]: "0x20000" },
        { severity: "warning", labels: { cronjob: "chatwoot-pipeline-report" }, shown: "8d 0h 0m 0s" },
      ),
      quiet("both on time", "60m", { [started("check")]: "0x100", [started("report")]: "0x100" }),
    ],
  },
];
