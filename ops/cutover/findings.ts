import { runCheck, skipped, type Check, type CheckResult, type Outcome } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import { nextSteps, type Target } from "../health/target.ts";
import { endToEndOf } from "../e2e/open.ts";
import { runSmoke } from "../smoke/checks.ts";
import { outcomeOf } from "./outcome.ts";
import { pipelineChecks } from "./pipeline-checks.ts";
import { reviewed } from "./review.ts";
import { backup, deployment } from "./stack-checks.ts";

export interface FindingOptions {
  stack: string;
  target: Target;
  /** Recipients of URL, token and secret. */
  handedTo: readonly string[];
  /** Limit per request. */
  timeoutSeconds: number;
  /** Recipient of the test mail; undefined for none. */
  mailTo: string | undefined;
  signal: AbortSignal;
}

/** Results of the commands, by `command:check`. */
export type Findings = ReadonlyMap<string, CheckResult>;

/** Runs every automatic check. */
export async function collectFindings(options: FindingOptions): Promise<Findings> {
  const { target, timeoutSeconds, signal, mailTo, stack } = options;
  const { logs } = nextSteps(target);
  const alone = ({ name, run }: Check, command: string): Promise<CheckResult> =>
    runCheck(
      { name, run: () => run().catch((error) => outcomeOf(error, `npm run ops -- ${command} --stack ${stack}`)) },
      logs,
    );
  const [health, deployed, dumps, environments] = await Promise.all([
    checkHealth(target, { timeoutSeconds, signal }),
    alone(deployment(stack), "drift"),
    alone(backup(stack), "backup list"),
    alone(reviewed(stack), "cutover"),
  ]);
  const smoke = await runSmoke(target, { timeoutSeconds, signal, isFirst: true, mailTo });
  const e2e = await endToEnd(options);
  // Last, so that the deliveries of the test count.
  const pipeline = await pipelineChecks(target, stack);
  return byName({ health, smoke, e2e, pipeline, stack: [deployed, dumps, handover(options)], review: [environments] });
}

async function endToEnd({ target, stack, timeoutSeconds: timeout, signal }: FindingOptions): Promise<CheckResult[]> {
  const whole = (outcome: Outcome): CheckResult[] => [{ name: "whole", ...outcome, durationMs: 0 }];
  if (target.webhook === undefined) return whole(skipped("no support pipeline (chatwoot:support)"));
  try {
    const { results } = await endToEndOf(target, { stack, timeout, factWithin: 15, signal });
    // A visitor's address is not a part of the way of a message.
    return results.filter(({ name }) => name !== "address");
  } catch (error) {
    return whole(outcomeOf(error, `npm run ops -- e2e --stack ${stack}`));
  }
}

function handover({ target, handedTo, stack }: FindingOptions): CheckResult {
  const outcome: Outcome =
    handedTo.length > 0
      ? { state: "ok", detail: `to ${handedTo.join("; ")}` }
      : skipped(
          target.webhook === undefined
            ? `hand it over manually: \`pulumi stack output apiToken --show-secrets --stack ${stack}\``
            : `chatwoot:support.handover is empty; hand it over manually: \`pulumi stack output apiToken --show-secrets --stack ${stack}\``,
        );
  return { name: "hand-over", ...outcome, durationMs: 0 };
}

function byName(groups: Record<string, readonly CheckResult[]>): Findings {
  return new Map(
    Object.entries(groups).flatMap(([group, results]) =>
      results.map((result): [string, CheckResult] => [`${group}:${result.name}`, result]),
    ),
  );
}
