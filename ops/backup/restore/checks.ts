import { StepProblem } from "../../../lib/problem.ts";
import type { Dump } from "../dumps.ts";
import type { Target } from "./target.ts";

export interface RestoreChoices {
  replace: boolean;
  /** The name of the database, typed by whoever wants it replaced. */
  confirm?: string | undefined;
  jobs: number;
}

/** The newest complete dump, or the one with this key or file name. */
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
    "Run `npm run ops -- backup list` and choose a complete one by --key",
  );
}

/** Refuses to put a dump on top of anything, unless that is wanted twice. */
export function checkTarget(target: Target, schema: string, database: string, choices: RestoreChoices): void {
  const { relations, dependents, serverMajor } = target;
  if (choices.replace && choices.jobs > 1)
    throw new StepProblem("--jobs", "cannot replace anything safely: only one transaction can", "Leave it out");
  if (relations.length === 0) return;
  const shown = relations.slice(0, 5).join(", ") + (relations.length > 5 ? ", ..." : "");
  const holds = `holds ${relations.length} tables, views and sequences in schema ${schema} already (${shown}; PostgreSQL ${serverMajor})`;
  if (!choices.replace)
    throw new StepProblem(
      `database ${database}`,
      holds,
      `Restore into an empty one; or give --replace --confirm ${database}, which deletes them`,
    );
  if (choices.confirm !== database)
    throw new StepProblem(
      "--confirm",
      choices.confirm === undefined ? "is missing" : `does not name the database ${database}`,
      `Give --confirm ${database} to delete what it ${holds.slice(0, holds.indexOf(" already"))}`,
    );
  if (dependents.length > 0)
    throw new StepProblem(
      `database ${database}`,
      `has views or tables outside of schema ${schema} that depend on what would be deleted: ${dependents.join(", ")}`,
      "Drop those views and foreign keys first, and make them again afterwards",
    );
}

/** pg_restore 17 and newer begin with a setting that older servers do not know, which only the one transaction can skip. */
export function checkJobs(jobs: number, toolsMajor: number, serverMajor: number): void {
  if (jobs === 1 || toolsMajor < 17 || serverMajor >= 17) return;
  throw new StepProblem(
    "--jobs",
    `does not work with pg_restore ${toolsMajor} on a server ${serverMajor}`,
    "Leave it out, or use the client of the server's version",
  );
}
