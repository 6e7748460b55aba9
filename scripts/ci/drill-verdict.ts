import { Cron } from "croner";
import { z } from "zod";

const moment = z.iso.datetime().transform((text) => new Date(text));
const list = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const cronJobs = list(
  z.object({
    metadata: z.object({ name: z.string(), creationTimestamp: moment }),
    spec: z.object({ schedule: z.string(), suspend: z.boolean().default(false) }),
    status: z.object({ lastSuccessfulTime: moment.optional() }).default({}),
  }),
);
const jobs = list(
  z.object({
    metadata: z.object({
      name: z.string(),
      creationTimestamp: moment,
      ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
    }),
    status: z.object({ succeeded: z.number().default(0), failed: z.number().default(0) }).prefault({}),
  }),
);

const cronJobName = "chatwoot-restore-drill";

export interface DrillJob {
  name: string;
  startedAt: Date;
  state: "succeeded" | "failed" | "running";
}

export interface Drill {
  /** Undefined if the cluster has no drill. */
  cronJob: { schedule: string; suspended: boolean; createdAt: Date; succeededAt: Date | undefined } | undefined;
  jobs: DrillJob[];
}

/** Parses two outputs of `kubectl get --output json`; ignores other Jobs. */
export function readDrill(cronJobList: unknown, jobList: unknown): Drill {
  const found = cronJobs.parse(cronJobList).items.find(({ metadata }) => metadata.name === cronJobName);
  return {
    cronJob: found && {
      schedule: found.spec.schedule,
      suspended: found.spec.suspend,
      createdAt: found.metadata.creationTimestamp,
      succeededAt: found.status.lastSuccessfulTime,
    },
    jobs: jobs
      .parse(jobList)
      .items.filter(({ metadata }) => metadata.ownerReferences.some(({ name }) => name === cronJobName))
      .map(({ metadata, status }) => ({
        name: metadata.name,
        startedAt: metadata.creationTimestamp,
        state: status.failed > 0 ? "failed" : status.succeeded > 0 ? "succeeded" : "running",
      })),
  };
}

export function newestJob({ jobs }: Pick<Drill, "jobs">): DrillJob | undefined {
  return [...jobs].sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime())[0];
}

/** The problem of the restore drill as Markdown; undefined if it succeeded recently. */
export function drillVerdict(drill: Drill, log: string, stack: string, now: Date): string | undefined {
  const { cronJob } = drill;
  const section = (what: string, next: string): string =>
    `### ${what}\n\n${quoted(log)}The next command: \`${next}\`\n\nHow the drill works: docs/kubernetes/backups.md.\n`;
  if (cronJob === undefined)
    return section(
      `${stack} has no restore drill`,
      `pulumi config get --path kubernetes.postgres.backup --stack ${stack}`,
    );
  if (cronJob.suspended)
    return section(
      "The restore drill is suspended",
      `kubectl patch cronjob ${cronJobName} --patch '{"spec":{"suspend":false}}'`,
    );
  const newest = newestJob(drill);
  if (newest?.state === "failed")
    return section(`The drill of ${day(newest.startedAt)} failed`, `kubectl describe job ${newest.name}`);
  const proven = cronJob.succeededAt ?? cronJob.createdAt;
  if (proven >= dueSince(cronJob.schedule, now)) return undefined;
  const since =
    cronJob.succeededAt === undefined ? "No drill has succeeded" : `No drill since ${day(proven)} has succeeded`;
  return section(since, `kubectl create job restore-drill-now --from=cronjob/${cronJobName}`);
}

/** The second last scheduled run: the last one may be running, and one missed run is tolerated. */
function dueSince(schedule: string, now: Date): Date {
  const [, before] = new Cron(schedule, { timezone: "UTC", paused: true }).previousRuns(2, now);
  return before ?? new Date(0);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function quoted(log: string): string {
  return log.trim() === "" ? "" : `~~~~text\n${log.trim().slice(-50_000)}\n~~~~\n\n`;
}
