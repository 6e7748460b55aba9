import semver from "semver";
import { z } from "zod";
import { HttpFailure } from "../../../lib/http/failure.ts";
import { jsonOf, request } from "../../../lib/http/request.ts";
import { input, optionalInput, wholeInput } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { tryUntil, type Try } from "../until.ts";
import type { Step } from "./step.ts";

const health = z.object({ version: z.string() });
const callSeconds = 10;

/** Checks the agent service once: healthy is status 200 and, if a range is set, a version in the range. */
async function askAgent(url: string, range: string, timeoutSeconds: number): Promise<Try<{ version: string | null }>> {
  try {
    const answer = await request(url, { timeoutSeconds: Math.min(callSeconds, timeoutSeconds), retries: 0 });
    if (answer.status !== 200) return { notYet: `answers ${answer.status}, not 200` };
    const version = health.safeParse(jsonOf(answer)).data?.version ?? null;
    const wrong = versionProblem(version, range);
    return wrong === undefined ? { answer: { version } } : { notYet: wrong };
  } catch (error) {
    if (error instanceof HttpFailure) return { notYet: error.finding };
    throw error;
  }
}

/** The problem of the reported version; without a range, any version and none are accepted. */
function versionProblem(version: string | null, range: string): string | undefined {
  if (range === "") return undefined;
  if (version === null) return 'returns no version, expected {"version": "1.2.3"}';
  const read = semver.parse(version, { loose: true });
  if (read === null)
    return `has the version ${JSON.stringify(version.slice(0, 40))}, which is not a valid version, expected 1.2.3`;
  return semver.satisfies(read, range) ? undefined : `has version ${read.version}, not ${range}`;
}

/** Stops a deployment that would enable the webhook while the agent service is not healthy. */
export const agent: Step = {
  async converge() {
    const url = `${input("AGENT_URL")}${input("PATH")}`;
    const limit = wholeInput("TIMEOUT_SECONDS");
    const range = optionalInput("VERSION");
    const found = await tryUntil(
      (secondsLeft) => askAgent(url, range, secondsLeft),
      limit,
      (why) => console.error(`agent service: ${why}; waiting up to ${limit} s`),
    );
    if ("answer" in found) return found.answer;
    throw new StepProblem(
      `agent service at ${url}`,
      `${found.notYet}, after ${limit} s; the webhook is unchanged and nothing was deployed`,
      `Fix the service, or deploy without the webhook: \`pulumi config set --path chatwoot:support.webhookEnabled false --stack ${input("STACK")}\`. Then \`pulumi up --stack ${input("STACK")}\``,
    );
  },
};
