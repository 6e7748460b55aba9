import type { Client } from "pg";
import { formatCheck } from "./check-report.ts";
import { schemaProblems, type Facts } from "./facts.ts";
import { deadLetterErrors, measure, spanOfMinutes } from "./measure.ts";
import { isHealthy, judge } from "./verdict.ts";

export interface CheckOptions {
  minutes: number;
  /** Accept few or no deliveries. */
  allowQuiet: boolean;
  /** For the commands of fixes. */
  stack: string | undefined;
}

/** Compares the last minutes with the targets. Changes nothing. */
export async function runCheck(client: Client, facts: Facts, { minutes, allowQuiet, stack }: CheckOptions) {
  const { name, targets, flags } = facts;
  const schema = await schemaProblems(client);
  const readable = !schema.some(({ table, serious }) => serious && table === "dashboard_facts");
  const span = await spanOfMinutes(client, minutes);
  const measured = readable ? await measure(client, span) : undefined;
  const errors = measured === undefined ? [] : await deadLetterErrors(client, span);
  const checks = judge({ targets, measured, schema, allowQuiet });
  const healthy = isHealthy(checks, allowQuiet);
  return {
    found: { name, well: healthy, minutes, ...span, targets, measured, checks, deadLetterErrors: errors },
    text: formatCheck({ name, flags, stack, span, minutes, checks, errors, healthy }),
    healthy,
  };
}
