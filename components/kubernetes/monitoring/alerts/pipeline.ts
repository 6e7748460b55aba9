import { objectNames } from "../../names.ts";
import type { Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** What a run may take, and the clocks may differ by. */
const graceSeconds = 3600;

/** Metrics of kube-state-metrics about the CronJobs that look at the support pipeline. */
export function pipelineAlerts({ namespace, pipeline }: Watched): Alert[] {
  if (pipeline === undefined) return [];
  const ns = `namespace=${quoted(namespace)}`;
  /** Seconds since a run began that failed, where none has succeeded since. */
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
        "A check that began {{ $value | humanizeDuration }} ago found a target missed, or could not read the facts, and none has been well since.",
      levels: [{ severity: "warning", expr: failed("check") }],
    },
    {
      name: "ChatwootPipelineReportFailed",
      summary: "The report on the support pipeline's week is not good, or not there",
      description:
        "A report that began {{ $value | humanizeDuration }} ago tells of a missed target, or could not be made. Its log has it.",
      levels: [{ severity: "info", expr: failed("report") }],
    },
    {
      name: "ChatwootPipelineNotLookedAt",
      summary: "Nobody looked at the support pipeline for {{ $value | humanizeDuration }}",
      description:
        "{{ $labels.cronjob }} was last started {{ $value | humanizeDuration }} ago; by its schedule it should have been since. Until it is, failures of the pipeline stay unseen.",
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
