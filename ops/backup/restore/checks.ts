import { StepProblem } from "../../../lib/problem.ts";
import type { Dump } from "../dumps.ts";
import type { Target } from "./target.ts";

export interface RestoreChoices {
  replace: boolean;
  /** Name of the database, required by `replace`. */
  confirm?: string | undefined;
  jobs: number;
}

/** Returns the newest complete dump, or the one with this key or file name. */
export function chooseDump(dumps: readonly Dump[], wanted: string): Dump & { manifest: string } {
  const chosen =
    wanted === "latest"
      ? dumps.find(({ manifest }) => manifest !== undefined)
      : dumps.find(({ key }) => key === wanted || key.endsWith(`/${wanted}`));
  const { manifest } = chosen ?? {};
  if (chosen !== undefined && manifest !== undefined) return { ...chosen, manifest };
  throw new StepProblem(
    `dump ${wanted}`,
    chosen === undefined ? "is not in the bucket" : "is incomplete: it has no manifest",
    "Run `npm run ops -- backup list` and choose a complete dump with --key",
  );
}

/** Refuses a target with tables unless `replace` is set and confirmed. */
export function checkTarget(target: Target, schema: string, database: string, choices: RestoreChoices): void {
  const { relations, dependents, serverMajor } = target;
  if (choices.replace && choices.jobs > 1)
    throw new StepProblem("--jobs", "is not possible with --replace, which needs a single transaction", "Omit --jobs");
  if (relations.length === 0) return;
  const shown = relations.slice(0, 5).join(", ") + (relations.length > 5 ? ", ..." : "");
  const holds = `already holds ${relations.length} tables, views and sequences in schema ${schema} (${shown}; PostgreSQL ${serverMajor})`;
  if (!choices.replace)
    throw new StepProblem(
      `database ${database}`,
      holds,
      `Restore into an empty database, or use --replace --confirm ${database} to delete them`,
    );
  if (choices.confirm !== database)
    throw new StepProblem(
      "--confirm",
      choices.confirm === undefined ? "is missing" : `does not match the database ${database}`,
      `Use --confirm ${database} to delete its ${relations.length} tables, views and sequences in schema ${schema}`,
    );
  if (dependents.length > 0)
    throw new StepProblem(
      `database ${database}`,
      `has views or tables outside of schema ${schema} that depend on the tables to delete: ${dependents.join(", ")}`,
      "Drop these views and foreign keys first, and create them again afterwards",
    );
}

/** pg_restore 17 and newer start with a setting unknown to older servers; only the single transaction filters it out. */
export function checkJobs(jobs: number, toolsMajor: number, serverMajor: number): void {
  if (jobs === 1 || toolsMajor < 17 || serverMajor >= 17) return;
  throw new StepProblem(
    "--jobs",
    `does not work with pg_restore ${toolsMajor} and a server of version ${serverMajor}`,
    "Omit --jobs, or use the client of the server's version",
  );
}
