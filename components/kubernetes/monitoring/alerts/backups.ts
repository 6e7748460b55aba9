import { objectNames } from "../../names.ts";
import type { Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** A base backup of a large database takes hours; a backup counts as missed when it is this late. */
const backupGraceSeconds = 6 * 3600;
const drillGraceSeconds = 3600;

/** Metrics of the plugin for backups and of PostgreSQL's archiver. */
export function backupAlerts({ namespace, database, backup, drill }: Watched): Alert[] {
  if (backup === undefined) return [];
  const pods = `namespace=${quoted(namespace)},pod=~"${database.name}-[0-9]+"`;
  const newest = `max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${pods}})`;
  const failed = `max(barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp{${pods}})`;
  const late = backup.longestGapSeconds + backupGraceSeconds;
  return [
    {
      name: "ChatwootBackupOld",
      summary: "The newest backup of the database is {{ $value | humanizeDuration }} old",
      description:
        "The newest base backup is {{ $value | humanizeDuration }} old; by its schedule there should be a newer one. A restore takes longer with every day, and is impossible once old backups are removed.",
      levels: [
        { severity: "warning", expr: `time() - (${newest} > 0) > ${late}`, for: "10m" },
        { severity: "critical", expr: `time() - (${newest} > 0) > ${late + backup.longestGapSeconds}`, for: "10m" },
      ],
    },
    {
      name: "ChatwootBackupMissing",
      summary: "There is no backup of the database",
      description:
        "The bucket has no base backup of this cluster, so nothing can be restored. The first one is made right after the cluster.",
      levels: [{ severity: "critical", expr: `${newest} == 0`, for: "2h" }],
    },
    {
      name: "ChatwootBackupFailed",
      summary: "The last backup of the database failed",
      description: "A backup failed {{ $value | humanizeDuration }} ago, and none has been made since.",
      levels: [{ severity: "warning", expr: `time() - (${failed} > ${newest})`, for: "5m" }],
    },
    {
      name: "ChatwootWalArchivingFailed",
      summary: "WAL of {{ $labels.pod }} does not reach the bucket",
      description:
        "The last attempt to archive WAL failed {{ $value | humanizeDuration }} ago, with no success since. What is written now is in no backup, and WAL piles up on its volume until the database stops.",
      levels: [
        {
          severity: "critical",
          expr: `time() - (max by (pod) (cnpg_pg_stat_archiver_last_failed_time{${pods}}) > max by (pod) (cnpg_pg_stat_archiver_last_archived_time{${pods}}))`,
          for: "10m",
        },
      ],
    },
    {
      name: "ChatwootWalArchivingSlow",
      summary: "{{ $value }} WAL files of {{ $labels.pod }} wait for the bucket",
      description:
        "{{ $value }} WAL files (16 MiB each) wait to be archived. What they hold is in no backup yet: more than the five minutes that may be lost.",
      levels: [
        {
          severity: "warning",
          expr: `max by (pod) (cnpg_collector_pg_wal_archive_status{${pods},value="ready"}) > 10`,
          for: "15m",
        },
      ],
    },
    ...(drill === undefined ? [] : drillAlerts(namespace, drill)),
  ];
}

/** Metrics of kube-state-metrics. */
function drillAlerts(namespace: string, drill: NonNullable<Watched["drill"]>): Alert[] {
  const cronJob = `namespace=${quoted(namespace)},cronjob=${quoted(objectNames.restoreDrill)}`;
  const jobs = `namespace=${quoted(namespace)},job_name=~"${objectNames.restoreDrill}-.+"`;
  const succeeded = `max(kube_cronjob_status_last_successful_time{${cronJob}})`;
  const due = drill.longestGapSeconds + drill.timeoutSeconds + drillGraceSeconds;
  return [
    {
      name: "ChatwootRestoreDrillOld",
      summary: "No backup was proved to restore for {{ $value | humanizeDuration }}",
      description:
        "The last restore drill that succeeded, or the drill itself, is {{ $value | humanizeDuration }} old; by its schedule there should have been another. Until then nobody knows whether the backups can be restored.",
      levels: [
        {
          severity: "warning",
          expr: `time() - (${succeeded} or max(kube_cronjob_created{${cronJob}})) > ${due}`,
          for: "10m",
        },
      ],
    },
    {
      name: "ChatwootRestoreDrillFailed",
      summary: "The newest backup could not be restored",
      description:
        "A restore drill that began {{ $value | humanizeDuration }} ago failed, and none has succeeded since.",
      levels: [
        {
          severity: "critical",
          expr: `time() - (max(kube_job_created{${jobs}} and on (job_name) kube_job_failed{${jobs},condition="true"} == 1) > (${succeeded} or vector(0)))`,
        },
      ],
    },
  ];
}
