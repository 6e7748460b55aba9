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

/** What cannot get better by waiting. */
class Refused extends Error {}

/**
 * Asks Chatwoot once which account the token belongs to. Whatever a server that is starting answers is "not yet"; a void
 * token, a login page in between and an account that is not there throw.
 */
async function askAccount(url: string, token: string, name: string, timeoutSeconds: number): Promise<Try<number>> {
  const answer = await request(`${url}/api/v1/profile`, {
    headers: { api_access_token: token, accept: "application/json" },
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
    throw new Refused(`answers ${status}: something before Chatwoot asks people to sign in, also for its API`);
  if (status !== 200) return { notYet: `answers ${status}` };
  const body = profile.safeParse(jsonOf(answer));
  // A page of a proxy, or of a host that is not Chatwoot's yet.
  if (!body.success) return { notYet: "answers 200 with something that is no profile of Chatwoot" };
  const named = body.data.accounts.filter((each) => each.name === name);
  const [account] = named.sort((a, b) => a.id - b.id);
  if (account === undefined) throw new Refused(`the token's user is in no account with the name ${name}`);
  return { answer: account.id };
}

/** The id of the account, once the deployment answers. */
export const account: Step = {
  async converge() {
    const { API_TOKEN = "" } = await secretsInput();
    const url = input("URL");
    const limit = wholeInput("TIMEOUT_SECONDS");
    const problem = (wrong: string, fix: string): StepProblem =>
      new StepProblem(`Chatwoot at ${url}`, wrong, `${fix}. Then \`pulumi up --stack ${input("STACK")}\``);
    try {
      const found = await tryUntil(
        (secondsLeft) => askAccount(url, API_TOKEN, input("ACCOUNT"), secondsLeft),
        limit,
        (why) => console.error(`account id: Chatwoot ${why}; waiting up to ${limit} s`),
      );
      if ("answer" in found) return { accountId: found.answer };
      throw problem(
        `${found.notYet}, after ${limit} s`,
        "Look at its logs and its DNS; where this machine cannot reach it, set chatwoot:support.handover.accountId",
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw problem(
        error.message,
        "Check that the preparation ran to its end; behind a sign-in, set chatwoot:support.handover.accountId (it stands in Chatwoot's address, /app/accounts/ID)",
      );
    }
  },
};
