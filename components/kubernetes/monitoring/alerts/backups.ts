import { objectNames } from "../../names.ts";
import type { Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** A base backup of a large database takes hours; a backup that is this late counts as missed. */
const backupGraceSeconds = 6 * 3600;
const drillGraceSeconds = 3600;

/** Metrics of the backup plugin and of PostgreSQL's archiver. */
export function backupAlerts({ namespace, database, backup, drill }: Watched): Alert[] {
  if (database === undefined || backup === undefined) return [];
  const pods = `namespace=${quoted(namespace)},pod=~"${database.name}-[0-9]+"`;
  const newest = `max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${pods}})`;
  const failed = `max(barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp{${pods}})`;
  const late = backup.longestGapSeconds + backupGraceSeconds;
  return [
    {
      name: "ChatwootBackupOld",
      summary: "The newest backup of the database is {{ $value | humanizeDuration }} old",
      description:
        "The newest base backup is {{ $value | humanizeDuration }} old, which is older than its schedule allows. A restore takes longer with every day, and becomes impossible once retention deletes the old backups.",
      levels: [
        { severity: "warning", expr: `time() - (${newest} > 0) > ${late}`, for: "10m" },
        { severity: "critical", expr: `time() - (${newest} > 0) > ${late + backup.longestGapSeconds}`, for: "10m" },
      ],
    },
    {
      name: "ChatwootBackupMissing",
      summary: "The database has no backup",
      description:
        "The bucket has no base backup of this cluster, so a restore is impossible. The first backup runs when the cluster is created.",
      levels: [{ severity: "critical", expr: `${newest} == 0`, for: "2h" }],
    },
    {
      name: "ChatwootBackupFailed",
      summary: "The last backup of the database failed",
      description: "A backup failed {{ $value | humanizeDuration }} ago, and none has succeeded since.",
      levels: [{ severity: "warning", expr: `time() - (${failed} > ${newest})`, for: "5m" }],
    },
    {
      name: "ChatwootWalArchivingFailed",
      summary: "WAL of {{ $labels.pod }} does not reach the bucket",
      description:
        "The last attempt to archive WAL failed {{ $value | humanizeDuration }} ago, with no success since. New writes are in no backup, and WAL fills its volume until the database stops.",
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
        "{{ $value }} WAL files (16 MiB each) wait to be archived. Their writes are in no backup yet, which exceeds the recovery point objective of five minutes.",
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
      summary: "No restore drill has succeeded for {{ $value | humanizeDuration }}",
      description:
        "The last successful restore drill, or the CronJob itself, is {{ $value | humanizeDuration }} old, which is older than its schedule allows. Until a drill succeeds, it is unknown whether the backups can be restored.",
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
        "A restore drill that started {{ $value | humanizeDuration }} ago failed, and none has succeeded since.",
      levels: [
        {
          severity: "critical",
          expr: `time() - (max(kube_job_created{${jobs}} and on (job_name) kube_job_failed{${jobs},condition="true"} == 1) > (${succeeded} or vector(0)))`,
        },
      ],
    },
  ];
}
