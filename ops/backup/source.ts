import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { hasExternalDatabase } from "../lib/stack/external.ts";
import type { RecordedStep } from "../lib/stack/steps.ts";

export const schedules = ["daily", "weekly", "monthly"] as const;

const recorded = z.object({
  APP: z.string(),
  SCHEDULE: z.enum(schedules),
  SETTINGS: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(
      z.object({
        BACKUP_BUCKET: z.string(),
        BACKUP_ENDPOINT: z.string(),
        BACKUP_REGION: z.string(),
        BACKUP_FORCE_PATH_STYLE: z.stringbool(),
        BACKUP_PREFIX: z.string(),
        BACKUP_KEEP: z.coerce.number(),
      }),
    ),
});

/** Where a stack stores its dumps, and the app that makes them. */
export interface BackupSource {
  /** App of the backup machine. */
  app: string;
  schedule: (typeof schedules)[number];
  bucket: string;
  endpoint: string;
  region: string;
  forcePathStyle: boolean;
  /** Folder in the bucket, without leading or trailing slash. */
  prefix: string;
  /** Number of dumps to keep. */
  keep: number;
}

export function backupSource(
  stack: string,
  steps: readonly RecordedStep[],
  resources: readonly StackResource[] = [],
): BackupSource {
  if (hasExternalDatabase(resources))
    throw new StepProblem(
      `stack ${stack}`,
      "has an external database, whose provider makes the backups",
      "List them there, and test a restore: docs/kubernetes/external-services.md",
    );
  const step = steps.find((each) => each.step === "backup");
  if (step === undefined)
    throw new StepProblem(
      `stack ${stack}`,
      "has no backup",
      `Set chatwoot:fly.backup in Pulumi.${stack}.yaml and run \`pulumi up --stack ${stack}\``,
    );
  const { APP, SCHEDULE, SETTINGS } = recorded.parse(step.inputs);
  return {
    app: APP,
    schedule: SCHEDULE,
    bucket: SETTINGS.BACKUP_BUCKET,
    endpoint: SETTINGS.BACKUP_ENDPOINT,
    region: SETTINGS.BACKUP_REGION,
    forcePathStyle: SETTINGS.BACKUP_FORCE_PATH_STYLE,
    prefix: SETTINGS.BACKUP_PREFIX,
    keep: SETTINGS.BACKUP_KEEP,
  };
}
