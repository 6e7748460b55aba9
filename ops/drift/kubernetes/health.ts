import { gapsMs } from "../../../components/chatwoot/pipeline-schedule/runs.ts";
import { at, isFields, textAt, type Fields } from "./recorded.ts";

/** A row about an object's status. */
export type HealthRow = [what: string, expected: string, actual: string];

const hourMs = 3_600_000;
/** A base backup of a large database takes hours; the alerts allow the same. */
const backupGraceHours = 6;
/** cert-manager renews well before this. */
const leastCertificateDays = 14;

const condition = (object: Fields, type: string): Fields | undefined => {
  const all = at(object, "status", "conditions");
  return Array.isArray(all) ? all.filter(isFields).find((each) => each["type"] === type) : undefined;
};
const isTrue = (object: Fields, type: string): boolean => condition(object, type)?.["status"] === "True";
const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Health of an object, for kinds that have a status. */
export function healthOf(object: Fields, now: Date): HealthRow[] {
  switch (object["kind"]) {
    case "Deployment":
    case "StatefulSet": {
      const wanted = count(at(object, "spec", "replicas"));
      const ready = count(at(object, "status", "readyReplicas"));
      return [["pods", `${wanted} ready`, `${Math.min(ready, wanted)} ready`]];
    }
    case "Job":
      return [
        [
          "state",
          "complete",
          isTrue(object, "Complete") ? "complete" : isTrue(object, "Failed") ? "failed" : "running",
        ],
      ];
    case "CronJob":
      return [["state", "runs", at(object, "spec", "suspend") === true ? "suspended" : "runs"]];
    case "PersistentVolumeClaim":
      return [["phase", "Bound", textAt(object, "status", "phase") ?? "unknown"]];
    case "Cluster":
      return cluster(object);
    case "Certificate":
      return [["certificate", "valid", certificate(object, now)]];
    default:
      return [];
  }
}

/** A CloudNativePG cluster: instances, status and WAL archiving. */
function cluster(object: Fields): HealthRow[] {
  const wanted = count(at(object, "spec", "instances"));
  const archiving = condition(object, "ContinuousArchiving");
  return [
    ["instances", `${wanted} ready`, `${count(at(object, "status", "readyInstances"))} ready`],
    ["health", "ready", isTrue(object, "Ready") ? "ready" : (textAt(object, "status", "phase") ?? "not ready")],
    ...(archiving === undefined
      ? []
      : [["WAL archiving", "works", archiving["status"] === "True" ? "works" : "fails"] satisfies HealthRow]),
  ];
}

function certificate(object: Fields, now: Date): string {
  const ends = at(object, "status", "notAfter");
  if (!isTrue(object, "Ready")) return `not ready: ${textAt(condition(object, "Ready"), "reason") ?? "no status yet"}`;
  if (typeof ends !== "string") return "valid";
  return Date.parse(ends) - now.getTime() < leastCertificateDays * 24 * hourMs
    ? `expires on ${ends.slice(0, 10)}`
    : "valid";
}

/** Compares the newest backup with its schedule. A new schedule has time until its first backup. */
export function lastBackup(schedule: Fields, backups: readonly Fields[], now: Date): HealthRow {
  const cron = textAt(schedule, "spec", "schedule") ?? "";
  const limit = Math.ceil(Math.max(0, ...gapsMs(cron)) / hourMs) + backupGraceHours;
  const cluster = at(schedule, "spec", "cluster", "name");
  const hoursSince = (moment: unknown): number => Math.floor((now.getTime() - Date.parse(String(moment))) / hourMs);
  const own = backups.filter((backup) => at(backup, "spec", "cluster", "name") === cluster);
  const ended = own
    .filter((backup) => at(backup, "status", "phase") === "completed")
    .map((backup) => hoursSince(at(backup, "status", "stoppedAt") ?? at(backup, "metadata", "creationTimestamp")));
  const newest = Math.min(...ended);
  const expected = `less than ${limit} h old`;
  const isNew = ended.length === 0 && hoursSince(at(schedule, "metadata", "creationTimestamp")) < limit;
  if (newest < limit || isNew) return ["last backup", expected, expected];
  return ["last backup", expected, ended.length === 0 ? "none" : `${newest} h old`];
}
