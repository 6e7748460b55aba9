import { z } from "zod";
import { HttpFailure } from "../../../lib/http/failure.ts";
import { jsonOf, request } from "../../../lib/http/request.ts";
import { input, secretsInput, wholeInput } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { tryUntil, type Try } from "../until.ts";
import type { Step } from "./step.ts";

const profile = z.object({
  accounts: z.array(z.object({ id: z.number().int().positive(), name: z.string(), role: z.string().nullish() })),
});
const callSeconds = 15;

/** A failure that a retry cannot fix. */
class Refused extends Error {}

/**
 * Requests the token's accounts from Chatwoot once. A response of a starting server is "not yet"; an invalid token, a login
 * page and a missing account throw.
 */
async function askAccount(url: string, token: string, name: string, timeoutSeconds: number): Promise<Try<number>> {
  const answer = await request(`${url}/api/v1/profile`, {
    headers: { "api-access-token": token, accept: "application/json" },
    timeoutSeconds: Math.min(callSeconds, timeoutSeconds),
    retries: 0,
  }).catch((error: unknown) => {
    if (error instanceof HttpFailure) return error;
    throw error;
  });
  if (answer instanceof HttpFailure) return { notYet: answer.finding };
  const { status } = answer;
  if (status === 401) throw new Refused("refuses the generated token (401)");
  if (status === 403 || (status >= 300 && status < 400))
    throw new Refused(`answers ${status}: a proxy in front of Chatwoot requires a sign-in for the API too`);
  if (status !== 200) return { notYet: `answers ${status}` };
  const body = profile.safeParse(jsonOf(answer));
  // The page of a proxy, or of a host that does not serve Chatwoot yet.
  if (!body.success) return { notYet: "answers 200 without a profile of Chatwoot" };
  const named = body.data.accounts.filter((each) => each.name === name);
  const [account] = named.sort((a, b) => a.id - b.id);
  if (account === undefined) throw new Refused(`the token's user is not in an account named ${name}`);
  return { answer: account.id };
}

/** Reads the id of the account when the deployment responds. */
export const account: Step = {
  async converge() {
    const { API_TOKEN: token = "" } = await secretsInput();
    const url = input("URL");
    const limit = wholeInput("TIMEOUT_SECONDS");
    const problem = (wrong: string, fix: string): StepProblem =>
      new StepProblem(`Chatwoot at ${url}`, wrong, `${fix}. Then \`pulumi up --stack ${input("STACK")}\``);
    try {
      const found = await tryUntil(
        (secondsLeft) => askAccount(url, token, input("ACCOUNT"), secondsLeft),
        limit,
        (why) => console.error(`account id: Chatwoot ${why}; waiting up to ${limit} s`),
      );
      if ("answer" in found) return { accountId: found.answer };
      throw problem(
        `${found.notYet}, after ${limit} s`,
        "Check its logs and its DNS records; if this machine cannot reach it, set chatwoot:support.handover.accountId",
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw problem(
        error.message,
        "Check that the preparation finished; behind a sign-in, set chatwoot:support.handover.accountId (from Chatwoot's URL, /app/accounts/ID)",
      );
    }
  },
};
