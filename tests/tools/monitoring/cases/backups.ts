import { firing, instance, own, quiet, type AlertCase } from "./case.ts";

const newest = instance("barman_cloud_cloudnative_pg_io_last_available_backup_timestamp", 1);
const failed = instance("barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp", 1);
const archived = instance("cnpg_pg_stat_archiver_last_archived_time", 1);
const notArchived = instance("cnpg_pg_stat_archiver_last_failed_time", 1);
const waiting = instance("cnpg_collector_pg_wal_archive_status", 1, ',value="ready"');
const primary = { pod: "chatwoot-db-1" };
const drill = ',cronjob="chatwoot-restore-drill"';
const drilled = own("kube_cronjob_status_last_successful_time", drill);
const drillMade = own("kube_cronjob_created", drill);
const job = (metric: string, name: string, more = "") => own(metric, `,job_name="${name}"${more}`);
const drillJob = "chatwoot-restore-drill-29012345";

/**
 * The tested stack has a daily backup, which may be six hours late, and a weekly drill, which may be three hours late.
 */
const days = (count: number): string => `${count * 1440}m`;

export const backupCases: AlertCase[] = [
  {
    alert: "ChatwootBackupOld",
    interval: "10m",
    situations: [
      firing("31 hours", "1860m", { [newest]: "60x4000" }, { severity: "warning", shown: "1d 6h 59m 0s" }),
      firing(
        "55 hours",
        "3300m",
        { [newest]: "60x4000" },
        { severity: "warning", shown: "2d 6h 59m 0s" },
        { severity: "critical", shown: "2d 6h 59m 0s" },
      ),
      quiet("a little over a day", "1500m", { [newest]: "60x4000" }),
      quiet("no backup ever, which has a separate alert", "1900m", { [newest]: "0x4000" }),
    ],
  },
  {
    alert: "ChatwootBackupMissing",
    situations: [
      firing("for three hours", "3h", { [newest]: "0x300" }, { severity: "critical" }),
      quiet("the first one runs", "1h", { [newest]: "0x300" }),
      quiet("one exists", "3h", { [newest]: "60x300" }),
    ],
  },
  {
    alert: "ChatwootBackupFailed",
    situations: [
      firing(
        "after the last good one",
        "20m",
        { [newest]: "60x30", [failed]: "600x30" },
        { severity: "warning", shown: "10m 0s" },
      ),
      quiet("before the last good one", "20m", { [newest]: "600x30", [failed]: "60x30" }),
      quiet("never", "20m", { [newest]: "600x30", [failed]: "0x30" }),
    ],
  },
  {
    alert: "ChatwootWalArchivingFailed",
    situations: [
      firing(
        "for more than ten minutes",
        "25m",
        { [archived]: "60x30", [notArchived]: "600x30" },
        {
          severity: "critical",
          labels: primary,
          shown: "15m 0s",
        },
      ),
      quiet("once, and then it continued", "25m", { [archived]: "900x30", [notArchived]: "600x30" }),
      quiet("never failed", "25m", { [archived]: "60x30", [notArchived]: "-1x30" }),
    ],
  },
  {
    alert: "ChatwootWalArchivingSlow",
    situations: [
      firing("20 files", "20m", { [waiting]: "20x30" }, { severity: "warning", labels: primary, shown: "20" }),
      quiet("two files", "20m", { [waiting]: "2x30" }),
    ],
  },
  {
    alert: "ChatwootRestoreDrillOld",
    interval: "10m",
    situations: [
      firing("eight days", days(8), { [drilled]: "60x20000" }, { severity: "warning", shown: "7d 23h 59m 0s" }),
      firing("never succeeded", days(8), { [drillMade]: "0x20000" }, { severity: "warning", shown: "8d 0h 0m 0s" }),
      quiet("six days", days(6), { [drilled]: "60x20000" }),
      quiet("installed an hour ago", "60m", { [drillMade]: "0x100" }),
      quiet("an old drill that has succeeded since", days(8), { [drillMade]: "0x20000", [drilled]: "500000x20000" }),
    ],
  },
  {
    alert: "ChatwootRestoreDrillFailed",
    situations: [
      firing(
        "the newest one",
        "20m",
        {
          [job("kube_job_created", drillJob)]: "600x30",
          [job("kube_job_failed", drillJob, ',condition="true"')]: "0x10 1x30",
          [drilled]: "60x30",
        },
        { severity: "critical", shown: "10m 0s" },
      ),
      firing(
        "the first one",
        "20m",
        {
          [job("kube_job_created", drillJob)]: "600x30",
          [job("kube_job_failed", drillJob, ',condition="true"')]: "1x30",
        },
        { severity: "critical", shown: "10m 0s" },
      ),
      quiet("an older one, which is kept", "20m", {
        [job("kube_job_created", drillJob)]: "60x30",
        [job("kube_job_failed", drillJob, ',condition="true"')]: "1x30",
        [drilled]: "600x30",
      }),
      quiet("it runs", "20m", {
        [job("kube_job_created", drillJob)]: "600x30",
        [job("kube_job_failed", drillJob, ',condition="true"')]: "0x30",
      }),
    ],
  },
];
