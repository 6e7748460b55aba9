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

/** CHATWOOT_PIPELINE: replaces the stack's outputs in workflows, which only have DATABASE_URL. */
const described = z.strictObject({ name: z.string().optional(), targets: support.shape.targets });

export interface PipelineSource extends Facts {
  schedules: SupportConfig["schedules"];
}

/**
 * Returns the database of the stack's facts. Without a stack, or if the stack does not manage the facts, it is
 * `DATABASE_URL`. Without a stack, the default targets apply.
 */
export async function pipelineSource(stack: string | undefined, env = process.env): Promise<PipelineSource> {
  const found = stack === undefined ? undefined : outputs.parse(await loadOutputs(stack));
  const url = found?.factsDatabaseUrl ?? env["DATABASE_URL"];
  if (url === undefined || url === "")
    throw new StepProblem(
      stack === undefined ? "pipeline" : `stack ${stack}`,
      stack === undefined
        ? "no stack was given, and DATABASE_URL is not set"
        : "does not manage facts, and DATABASE_URL is not set",
      stack === undefined
        ? "Use `--stack STACK`, or set DATABASE_URL to the database of the facts"
        : `Run \`pulumi config set --path chatwoot:support.facts true --stack ${stack}\` and \`pulumi up --stack ${stack}\`, or set DATABASE_URL to the database of the facts`,
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
    throw new StepProblem(
      "CHATWOOT_PIPELINE",
      "is not valid JSON",
      "Unset it, or write the workflow again: `npm run ops -- pipeline workflow --stack STACK`",
    );
  }
}

function databaseOf(url: string): string {
  try {
    return parsePostgresUrl(url).database;
  } catch (error) {
    throw new StepProblem(
      "DATABASE_URL",
      (error as Error).message,
      "Set it to postgresql://user:password@host:5432/database",
    );
  }
}
