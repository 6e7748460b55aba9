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

/** Asks the agent service once: well is a status of 200 and, where a range is given, a version in it. */
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

/** What is wrong with the version that a service tells; no range takes any, also none. */
function versionProblem(version: string | null, range: string): string | undefined {
  if (range === "") return undefined;
  if (version === null) return 'tells no version in its answer, as {"version": "1.2.3"}';
  const read = semver.parse(version, { loose: true });
  if (read === null) return `has the version ${JSON.stringify(version.slice(0, 40))}, which is none, as 1.2.3`;
  return semver.satisfies(read, range) ? undefined : `has version ${read.version}, not ${range}`;
}

/** Holds a deployment that would switch the webhook on while nobody could answer it. */
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
      `${found.notYet}, after ${limit} s; the webhook stays as it is and nothing was deployed`,
      `Mend the service, or deploy without the webhook: \`pulumi config set --path chatwoot:support.webhookEnabled false --stack ${input("STACK")}\`. Then \`pulumi up --stack ${input("STACK")}\``,
    );
  },
};
