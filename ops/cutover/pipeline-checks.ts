import type { ClientBase } from "pg";
import { failed, ok, skipped, type CheckResult, type Outcome } from "../health/check.ts";
import type { Target } from "../health/target.ts";
import { lastBaseline, readBaseline, recordBaseline } from "../pipeline/baseline.ts";
import { measure, spanOfMinutes } from "../pipeline/measure.ts";
import { schemaProblems } from "../pipeline/facts.ts";
import { withFacts } from "../pipeline/session.ts";
import { isWell, judge } from "../pipeline/verdict.ts";
import { milliseconds, percent } from "../pipeline/words.ts";
import { outcomeOf } from "./outcome.ts";

/** As long as the checklist wants the pipeline to be well. */
const minutes = 30;
/** As `pipeline baseline` takes it. */
const baselineMinutes = 60;
const names = ["schema", "deliveries", "success rate", "dead letters", "response", "baseline"] as const;

/** The last half hour against the targets, and the baseline: the first one is recorded now, where all is well. */
export async function pipelineChecks(target: Target, stack: string): Promise<CheckResult[]> {
  const all = (outcome: Outcome) => names.map((name) => ({ name, ...outcome, durationMs: 0 }));
  if (target.webhook === undefined) return all(skipped("no support pipeline (chatwoot:support)"));
  try {
    return await withFacts(stack, "cutover", async (client, { targets, flags }) => {
      const schema = await schemaProblems(client);
      const lacks = (table: string) => schema.some((each) => each.serious && each.table === table);
      const measured = lacks("dashboard_facts")
        ? undefined
        : await measure(client, await spanOfMinutes(client, minutes));
      const checks = judge({ targets, measured, schema, allowQuiet: false });
      const next = `See why: \`npm run ops -- pipeline check${flags} --minutes ${minutes}\``;
      return [
        ...checks.map(({ name, state, found }) => ({
          name,
          ...(state === "ok" ? ok(found) : failed(found, next)),
          durationMs: 0,
        })),
        {
          name: "baseline",
          ...(await baseline(client, flags, { isThere: !lacks("support_baseline"), isWell: isWell(checks, false) })),
          durationMs: 0,
        },
      ];
    });
  } catch (error) {
    return all(outcomeOf(error, `npm run ops -- pipeline check --stack ${stack}`));
  }
}

async function baseline(
  client: ClientBase,
  flags: string,
  pipeline: { isThere: boolean; isWell: boolean },
): Promise<Outcome> {
  if (pipeline.isThere && (await lastBaseline(client)) !== undefined) return ok("is recorded");
  if (!pipeline.isWell) return failed("none is recorded", `Record one: \`npm run ops -- pipeline baseline${flags}\``);
  const { baseline: now } = await readBaseline(client, await spanOfMinutes(client, baselineMinutes));
  await recordBaseline(client, now);
  return ok(`is recorded now: ${percent(now.successRate)}, ${milliseconds(now.averageMs)}`);
}
