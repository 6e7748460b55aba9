import type { ClientBase } from "pg";
import { failed, ok, skipped, type CheckResult, type Outcome } from "../health/check.ts";
import type { Target } from "../health/target.ts";
import { lastBaseline, readBaseline, recordBaseline } from "../pipeline/baseline.ts";
import { measure, spanOfMinutes } from "../pipeline/measure.ts";
import { schemaProblems } from "../pipeline/facts.ts";
import { withFacts } from "../pipeline/session.ts";
import { isHealthy, judge } from "../pipeline/verdict.ts";
import { milliseconds, percent } from "../pipeline/words.ts";
import { outcomeOf } from "./outcome.ts";

/** The period that the checklist measures. */
const minutes = 30;
/** Default of `pipeline baseline`. */
const baselineMinutes = 60;
const names = ["schema", "deliveries", "success rate", "dead letters", "response", "baseline"] as const;

/** Compares the last 30 minutes with the targets. Records the first baseline of a healthy pipeline. */
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
      const next = `Find the cause: \`npm run ops -- pipeline check${flags} --minutes ${minutes}\``;
      return [
        ...checks.map(({ name, state, found }) => ({
          name,
          ...(state === "ok" ? ok(found) : failed(found, next)),
          durationMs: 0,
        })),
        {
          name: "baseline",
          ...(await baseline(client, flags, {
            exists: !lacks("support_baseline"),
            isHealthy: isHealthy(checks, false),
          })),
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
  pipeline: { exists: boolean; isHealthy: boolean },
): Promise<Outcome> {
  if (pipeline.exists && (await lastBaseline(client)) !== undefined) return ok("recorded");
  if (!pipeline.isHealthy)
    return failed("no baseline is recorded", `Record one: \`npm run ops -- pipeline baseline${flags}\``);
  const { baseline: now } = await readBaseline(client, await spanOfMinutes(client, baselineMinutes));
  await recordBaseline(client, now);
  return ok(`recorded now: ${percent(now.successRate)}, ${milliseconds(now.averageMs)}`);
}
