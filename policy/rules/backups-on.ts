import { isDatabase, isKind, nameOf, sameNamespace, specOf } from "../kubernetes.ts";
import { isObject, listOf, stackOf, textOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

interface Settings {
  stacks: string[];
  leastDays: number;
}

export const backupsOn: Rule<Settings> = {
  name: "backups-on",
  requirement:
    "In production, the database archives its WAL, is backed up at least every day, and keeps backups for a week or more.",
  reason:
    "A lost volume, a wrong migration or a deleted conversation is final without a backup that is fresh and complete.",
  fix: "Set `kubernetes.postgres.backup` in the stack file.",
  level: "mandatory",
  settings: {
    stacks: { type: "array", items: { type: "string" }, default: ["prod"], description: "Stacks that need backups" },
    leastDays: { type: "integer", default: 7, description: "Minimum retention in days" },
  },
  ofStack(resources, { settings }) {
    return resources
      .filter((resource) => isDatabase(resource) && settings.stacks.includes(stackOf(resource)))
      .flatMap((resource) =>
        problems(resource, resources, settings.leastDays).map((problem) => ({ resource, message: `${problem}.` })),
      );
  },
};

const plugin = "barman-cloud.cloudnative-pg.io";

function problems(database: Resource, resources: readonly Resource[], leastDays: number): string[] {
  const archiver = listOf(specOf(database)["plugins"]).find(
    ({ name, isWALArchiver, enabled }) => name === plugin && isWALArchiver === true && enabled !== false,
  );
  if (archiver === undefined) return ["archives no WAL, so nothing can be restored. Set kubernetes.postgres.backup"];
  const store = resources.find(
    (each) =>
      isKind(each, "ObjectStore") &&
      sameNamespace(each, database) &&
      nameOf(each) === (archiver["parameters"] as Props | undefined)?.["barmanObjectName"],
  );
  const schedules = resources.filter(
    (each) =>
      isKind(each, "ScheduledBackup") &&
      sameNamespace(each, database) &&
      specOf(each)["cluster"]?.["name"] === nameOf(database),
  );
  return [
    ...(store === undefined
      ? ["archives to an ObjectStore that the stack does not have. Add it"]
      : storeProblems(specOf(store), leastDays)),
    ...(schedules.some((each) => isDaily(specOf(each))) ? [] : ["has no daily ScheduledBackup. Add one"]),
  ];
}

function storeProblems({ retentionPolicy, configuration }: Props, leastDays: number): string[] {
  const [, count = "0", unit = "d"] = /^(\d+)([dwm])$/.exec(textOf(retentionPolicy) ?? "") ?? [];
  const days = Number(count) * ({ d: 1, w: 7, m: 30 }[unit] ?? 0);
  const { destinationPath, endpointURL, wal }: Props = isObject(configuration) ? configuration : {};
  return [
    ...(days >= leastDays ? [] : [`keeps backups for ${days} days. Set a retentionPolicy of ${leastDays}d or more`]),
    ...(/^(s3|gs|https):\/\/./.test(textOf(destinationPath) ?? "")
      ? []
      : ["stores its backups nowhere. Set destinationPath"]),
    ...(textOf(endpointURL)?.startsWith("http:") === true ? ["sends its backups without TLS. Use https"] : []),
    ...(isObject(wal) ? [] : ["compresses no WAL. Set configuration.wal"]),
  ];
}

/** Six fields, with seconds. Daily or more often: day, month and weekday are every one. */
function isDaily({ schedule, suspend, method, pluginConfiguration }: Props): boolean {
  const fields = (textOf(schedule) ?? "").split(" ");
  const isOurs = method === "plugin" && (pluginConfiguration as Props | undefined)?.["name"] === plugin;
  return (
    isOurs &&
    (suspend === undefined || suspend === false) &&
    fields.length === 6 &&
    fields.slice(3).every((field) => field === "*")
  );
}
