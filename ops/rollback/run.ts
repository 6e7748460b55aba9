import { setTimeout as sleep } from "node:timers/promises";
import { failuresAmong, type CheckResult } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import type { Target } from "../health/target.ts";
import { bad, good, type Finding } from "../troubleshoot/finding.ts";
import type { Account } from "./account.ts";
import { configure, deploy, pulumiWords, shownPulumi } from "./pulumi.ts";
import type { Plan } from "./plan.ts";
import type { Deployments } from "./read.ts";
import { switchOffWebhook } from "./webhook.ts";

/** `deployed`: it serves what it should, but is not well. */
export type Outcome = "done" | "failed" | "deployed";

const healthAttempts = 3;
const pauseMs = 5000;

/**
 * Goes back: the webhook off, the stack file to the older image, a deployment, health, and the webhook on by a second
 * deployment, because its secret is set by the preparation alone. Whatever fails, what serves is told.
 */
export async function rollBack(
  plan: Plan,
  target: Target,
  deployments: Pick<Deployments, "serving">,
  account: Account,
): Promise<Outcome> {
  const { stack, to, hasWebhook } = plan;
  if (hasWebhook) await account.add(webhookFinding(await switchOffWebhook(target), plan));
  if (hasWebhook) await configure(pulumiWords.webhook(stack, false));
  await configure(pulumiWords.image(stack, to.image));
  await configure(pulumiWords.unchecked(stack, to.image));
  await account.add(good("stack file", `chatwoot:image is ${to.image}${hasWebhook ? ", its webhook off" : ""}`));

  const failure = await deploy(stack);
  await account.add(failure === undefined ? good("deployment", "done") : deploymentFinding(failure, plan));
  await account.add(...(await servingFindings(deployments)));
  if (failure !== undefined) return "failed";

  const withWebhook = (enabled: boolean) => ({ ...target, webhook: target.webhook && { ...target.webhook, enabled } });
  if (!(await healthy(withWebhook(false), account))) {
    if (hasWebhook) await account.add(bad("webhook", "stays off, because not all is well", onAgain(plan)));
    return "deployed";
  }
  if (!hasWebhook) return "done";
  await configure(pulumiWords.webhook(stack, true));
  const second = await deploy(stack);
  if (second !== undefined) {
    await account.add(bad("webhook", `could not be switched on: pulumi up ${second}`, onAgain(plan)));
    return "deployed";
  }
  await account.add(good("webhook", "switched on again"));
  return (await healthy(withWebhook(true), account)) ? "done" : "deployed";
}

function webhookFinding({ off, detail }: { off: boolean; detail: string }, { stack }: Plan): Finding {
  if (off) return good("webhook", `off: ${detail}`);
  return bad("webhook", detail, `The deployment takes it out. Afterwards: \`npm run ops -- health --stack ${stack}\``);
}

function deploymentFinding(failure: string, plan: Plan): Finding {
  const { stack, from } = plan;
  const forward = shownPulumi(pulumiWords.image(stack, from.image));
  const webhook = plan.hasWebhook ? " The webhook is off until then" : "";
  return bad(
    "deployment",
    `pulumi up ${failure}; the stack file keeps the older image.${webhook}`,
    `Mend it and run \`npm run ops -- rollback --stack ${stack} --to ${plan.to.image} --yes${plan.hasWebhook ? " --webhook" : ""}\`; or stay with the newer one: \`${forward}\`${
      plan.hasWebhook ? `, \`${shownPulumi(pulumiWords.webhook(stack, true))}\`` : ""
    } and \`pulumi up --stack ${stack}\``,
  );
}

function onAgain({ stack }: Plan): string {
  return `When it is mended: \`${shownPulumi(pulumiWords.webhook(stack, true))}\`, then \`pulumi up --stack ${stack}\``;
}

/** What is to be known where the rollback could not go on: nothing of it is undone by itself. */
export async function stoppedFindings({ stack, hasWebhook }: Plan, deployments: Pick<Deployments, "serving">) {
  const wrong = "the rollback could not go on; the stack file may have changed already";
  const look = `Look: \`pulumi config get chatwoot:image --stack ${stack}\``;
  const webhook = hasWebhook ? `; the webhook is off until \`${shownPulumi(pulumiWords.webhook(stack, true))}\`` : "";
  const next = `${look}${webhook} and \`pulumi up --stack ${stack}\``;
  return [bad("stopped", wrong, next), ...(await servingFindings(deployments))];
}

async function servingFindings({ serving }: Pick<Deployments, "serving">): Promise<Finding[]> {
  try {
    return (await serving()).map((line) => good("serves", line));
  } catch (error) {
    return [bad("serves", `could not be found out: ${(error as Error).message}`, "Look again in a minute")];
  }
}

/** New machines may need a moment before everything behind them answers. */
async function healthy(target: Target, account: Account): Promise<boolean> {
  let failures: CheckResult[] = [];
  for (let attempt = 1; attempt <= healthAttempts; attempt++) {
    const results = await checkHealth(target, { timeoutSeconds: 10 });
    failures = failuresAmong(results);
    if (failures.length === 0) {
      await account.add(good("health", `${results.length} checks, none failed`));
      return true;
    }
    if (attempt < healthAttempts) await sleep(pauseMs);
  }
  const next = `npm run ops -- health --stack ${target.stack}`;
  await account.add(...failures.map(({ name, detail, next: own }) => bad("health", `${name}: ${detail}`, own ?? next)));
  return false;
}
