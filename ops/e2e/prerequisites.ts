import { StepProblem } from "../../lib/problem.ts";
import { failureMessage } from "../lib/chatwoot/client.ts";
import { failed, ok, type Check } from "../health/check.ts";
import { explained } from "../health/checks.ts";
import { accountOf, token } from "../health/checks/chatwoot.ts";
import { agent } from "../health/checks/receivers.ts";
import { webhooks } from "../health/checks/webhooks.ts";
import { nextSteps } from "../health/target.ts";
import { schemaProblems } from "../pipeline/facts.ts";
import type { Parts } from "./parts.ts";

/** Prerequisites of the conversation. They change nothing. */
export function prerequisites({ target, client, facts, limits, signal }: Parts): Check[] {
  const asked = client.profile();
  asked.catch(() => undefined);
  const profile = () => asked;
  const question = { timeoutSeconds: limits.timeoutSeconds, signal };
  return [
    {
      name: "facts",
      async run() {
        const session = await facts.catch((error: unknown) => error as Error);
        if (session instanceof StepProblem) return failed(session.finding, session.fix);
        if (session instanceof Error) throw session;
        const problems = (await schemaProblems(session)).filter(
          ({ serious, table }) => serious && table === "dashboard_facts",
        );
        if (problems.length === 0) return ok("dashboard_facts can be read");
        return failed(
          problems.map(({ table, problem }) => `${table} ${problem}`).join("; "),
          `Migrate the tables: ${command("pipeline migrate", target.stack)}`,
        );
      },
    },
    explained(token(profile, target), target),
    webhookIsOn(explained(webhooks(client, profile, target), target), target),
    agent(target, question),
  ];
}

/** The account of the test. Throws if the token has no access to it. */
export async function accountIdOf({ client, target }: Parts): Promise<number> {
  const account = accountOf(await client.profile(), target);
  if (account === undefined) throw new Error("the token has no access to the account");
  return account.id;
}

/** For this test a disabled webhook is a failure, even if configured. */
function webhookIsOn(check: Check, target: Parts["target"]): Check {
  const { webhook, stack } = target;
  const { redeploy } = nextSteps(target);
  return {
    name: "webhook",
    async run() {
      if (webhook === undefined)
        return failed(
          "no support pipeline is configured",
          stack === undefined
            ? "Set CHATWOOT_WEBHOOK_URL"
            : redeploy("Configure one (chatwoot:support, docs/support/pipeline.md), then"),
        );
      if (!webhook.enabled)
        return failed(
          "is disabled",
          `Enable it: \`pulumi config set --path chatwoot:support.webhookEnabled true${flag(stack)}\`, then \`pulumi up${flag(stack)}\``,
        );
      return check.run().catch((error: unknown) => failed(failureMessage(error), nextSteps(target).logs));
    },
  };
}

/** `npm run ops -- NAME --stack STACK`, in backticks. */
export function command(name: string, stack: string | undefined): string {
  return `\`npm run ops -- ${name}${flag(stack)}\``;
}

function flag(stack: string | undefined): string {
  return stack === undefined ? "" : ` --stack ${stack}`;
}
