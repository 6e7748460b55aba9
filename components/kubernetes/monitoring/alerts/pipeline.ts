import { objectNames } from "../../names.ts";
import type { Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** Allowance for the duration of a run and for clock differences. */
const graceSeconds = 3600;

/** Metrics of kube-state-metrics about the CronJobs that check the support pipeline. */
export function pipelineAlerts({ namespace, pipeline }: Watched): Alert[] {
  if (pipeline === undefined) return [];
  const ns = `namespace=${quoted(namespace)}`;
  /** Seconds since the start of a failed run, if none has succeeded since. */
  const failed = (run: string): string => {
    const name = `${objectNames.pipeline}-${run}`;
    const jobs = `${ns},job_name=~"${name}-[0-9]+"`;
    const succeeded = `max(kube_cronjob_status_last_successful_time{${ns},cronjob=${quoted(name)}})`;
    return `time() - (max(kube_job_created{${jobs}} and on (job_name) kube_job_failed{${jobs},condition="true"} == 1) > (${succeeded} or vector(0)))`;
  };
  const last = (run: string): string => {
    const cronJob = `${ns},cronjob=${quoted(`${objectNames.pipeline}-${run}`)}`;
    return `(max by (cronjob) (kube_cronjob_status_last_schedule_time{${cronJob}}) or max by (cronjob) (kube_cronjob_created{${cronJob}}))`;
  };
  const overdue = (run: string, gap: number): string => `time() - ${last(run)} > ${gap + graceSeconds}`;
  return [
    {
      name: "ChatwootPipelineCheckFailed",
      summary: "The support pipeline misses its targets",
      description:
        "A check that started {{ $value | humanizeDuration }} ago found a missed target, or could not read the facts, and none has passed since.",
      levels: [{ severity: "warning", expr: failed("check") }],
    },
    {
      name: "ChatwootPipelineReportFailed",
      summary: "The weekly report of the support pipeline failed or shows a missed target",
      description:
        "A report that started {{ $value | humanizeDuration }} ago shows a missed target, or could not be created. See its log.",
      levels: [{ severity: "info", expr: failed("report") }],
    },
    {
      name: "ChatwootPipelineNotLookedAt",
      summary: "The support pipeline was not checked for {{ $value | humanizeDuration }}",
      description:
        "{{ $labels.cronjob }} last started {{ $value | humanizeDuration }} ago and has missed its schedule. Until it runs, failures of the pipeline stay undetected.",
      levels: [
        {
          severity: "warning",
          expr: `(${overdue("check", pipeline.checkGapSeconds)}) or (${overdue("report", pipeline.reportGapSeconds)})`,
          for: "10m",
        },
      ],
    },
  ];
}
