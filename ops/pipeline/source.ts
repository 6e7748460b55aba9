import { z } from "zod";
import { StepProblem } from "../../lib/problem.ts";
import { parsePostgresUrl } from "../../lib/postgres-url.ts";
import { support, type SupportConfig } from "../../config/schema/support.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";
import type { Facts } from "./facts.ts";

const outputs = z.looseObject({
  factsDatabaseUrl: z.string().nullish(),
  support: z
    .looseObject({ targets: support.shape.targets, schedules: support.shape.schedules })
    .nullish()
    .transform((value) => value ?? undefined),
});

/** What stands for a stack where only DATABASE_URL is known, as JSON in CHATWOOT_PIPELINE; workflows set it. */
const described = z.strictObject({ name: z.string().optional(), targets: support.shape.targets });

/** The facts, and when they are looked at. */
export interface PipelineSource extends Facts {
  schedules: SupportConfig["schedules"];
}

/**
 * The database of a stack's facts, or the one in `DATABASE_URL` where no stack is named, or where the stack leaves its
 * tables to somebody else; then with the targets of the stack, or the usual ones.
 */
export async function pipelineSource(stack: string | undefined, env = process.env): Promise<PipelineSource> {
  const found = stack === undefined ? undefined : outputs.parse(await loadOutputs(stack));
  const url = found?.factsDatabaseUrl ?? env["DATABASE_URL"];
  if (url === undefined || url === "")
    throw new StepProblem(
      stack === undefined ? "pipeline" : `stack ${stack}`,
      stack === undefined ? "knows neither a stack nor a database" : "keeps no facts, and DATABASE_URL is not set",
      stack === undefined
        ? "Add `--stack STACK`, or set DATABASE_URL to the database of the facts"
        : `Let it keep them: \`pulumi config set --path chatwoot:support.facts true --stack ${stack}\` and \`pulumi up --stack ${stack}\`; or set DATABASE_URL to where they are`,
    );
  const usual = described.parse(readJson(env["CHATWOOT_PIPELINE"]));
  return {
    name: stack ?? usual.name ?? databaseOf(url),
    url,
    targets: found?.support?.targets ?? usual.targets,
    schedules: found?.support?.schedules ?? support.shape.schedules.parse({}),
    flags: stack === undefined ? "" : ` --stack ${stack}`,
  };
}

function readJson(text = "{}"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StepProblem("CHATWOOT_PIPELINE", "is not JSON", "Unset it, or write the workflow again");
  }
}

function databaseOf(url: string): string {
  try {
    return parsePostgresUrl(url).database;
  } catch (error) {
    throw new StepProblem(
      "DATABASE_URL",
      (error as Error).message,
      "Write it as postgresql://user:password@host:5432/database",
    );
  }
}
