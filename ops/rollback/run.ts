import { setTimeout as sleep } from "node:timers/promises";
import { failuresAmong, type CheckResult } from "../health/check.ts";
import { checkHealth } from "../health/checks.ts";
import type { Target } from "../health/target.ts";
import { bad, good, type Finding } from "../troubleshoot/finding.ts";
import type { RollbackReport } from "./rollback-report.ts";
import { configure, deploy, pulumiWords, shownPulumi } from "./pulumi.ts";
import type { Plan } from "./plan.ts";
import type { Deployments } from "./read.ts";
import { disableWebhook } from "./webhook.ts";

/** `deployed`: the image serves, but a check failed. */
export type Outcome = "done" | "failed" | "deployed";

const healthAttempts = 3;
const pauseMs = 5000;

/**
 * Disables the webhook, sets the older image, deploys, checks health, and enables the webhook by a second deployment,
 * because only the preparation sets its secret. On failure, reports what serves.
 */
export async function rollBack(
  plan: Plan,
  target: Target,
  deployments: Pick<Deployments, "serving">,
  account: RollbackReport,
): Promise<Outcome> {
  const { stack, to, hasWebhook } = plan;
  if (hasWebhook) await account.add(webhookFinding(await disableWebhook(target), plan));
  if (hasWebhook) await configure(pulumiWords.webhook(stack, false));
  await configure(pulumiWords.image(stack, to.image));
  await configure(pulumiWords.unchecked(stack, to.image));
  await account.add(good("stack file", `chatwoot:image is ${to.image}${hasWebhook ? ", webhook disabled" : ""}`));

  const failure = await deploy(stack);
  await account.add(failure === undefined ? good("deployment", "done") : deploymentFinding(failure, plan));
  await account.add(...(await servingFindings(deployments)));
  if (failure !== undefined) return "failed";

  const withWebhook = (enabled: boolean) => ({ ...target, webhook: target.webhook && { ...target.webhook, enabled } });
  if (!(await isHealthy(withWebhook(false), account))) {
    if (hasWebhook) await account.add(bad("webhook", "stays disabled, because a check failed", enableAgain(plan)));
    return "deployed";
  }
  if (!hasWebhook) return "done";
  await configure(pulumiWords.webhook(stack, true));
  const second = await deploy(stack);
  if (second !== undefined) {
    await account.add(bad("webhook", `could not be enabled: pulumi up ${second}`, enableAgain(plan)));
    return "deployed";
  }
  await account.add(good("webhook", "enabled again"));
  return (await isHealthy(withWebhook(true), account)) ? "done" : "deployed";
}

function webhookFinding({ off, detail }: { off: boolean; detail: string }, { stack }: Plan): Finding {
  if (off) return good("webhook", `disabled: ${detail}`);
  return bad(
    "webhook",
    detail,
    `The deployment removes it. Check afterwards: \`npm run ops -- health --stack ${stack}\``,
  );
}

function deploymentFinding(failure: string, plan: Plan): Finding {
  const { stack, from } = plan;
  const forward = shownPulumi(pulumiWords.image(stack, from.image));
  const webhook = plan.hasWebhook ? " The webhook stays disabled" : "";
  return bad(
    "deployment",
    `pulumi up ${failure}; the stack file keeps the older image.${webhook}`,
    `Fix the error and run \`npm run ops -- rollback --stack ${stack} --to ${plan.to.image} --yes${plan.hasWebhook ? " --webhook" : ""}\`; or return to the newer image: \`${forward}\`${
      plan.hasWebhook ? `, \`${shownPulumi(pulumiWords.webhook(stack, true))}\`` : ""
    } and \`pulumi up --stack ${stack}\``,
  );
}

function enableAgain({ stack }: Plan): string {
  return `After the fix, run \`${shownPulumi(pulumiWords.webhook(stack, true))}\`, then \`pulumi up --stack ${stack}\``;
}

/** The findings of an interrupted rollback, of which nothing is reverted. */
export async function stoppedFindings({ stack, hasWebhook }: Plan, deployments: Pick<Deployments, "serving">) {
  const wrong = "the rollback could not continue; the stack file may have changed";
  const look = `Check \`pulumi config get chatwoot:image --stack ${stack}\``;
  const webhook = hasWebhook
    ? `; the webhook stays disabled until \`${shownPulumi(pulumiWords.webhook(stack, true))}\``
    : "";
  const next = `${look}${webhook} and \`pulumi up --stack ${stack}\``;
  return [bad("stopped", wrong, next), ...(await servingFindings(deployments))];
}

async function servingFindings({ serving }: Pick<Deployments, "serving">): Promise<Finding[]> {
  try {
    return (await serving()).map((line) => good("serves", line));
  } catch (error) {
    return [bad("serves", `could not be read: ${(error as Error).message}`, "Try again in a minute")];
  }
}

/** Retries, because new machines need a moment. */
async function isHealthy(target: Target, account: RollbackReport): Promise<boolean> {
  let failures: CheckResult[] = [];
  for (let attempt = 1; attempt <= healthAttempts; attempt++) {
    const results = await checkHealth(target, { timeoutSeconds: 10 });
    failures = failuresAmong(results);
    if (failures.length === 0) {
      await account.add(good("health", `${results.length} checks passed`));
      return true;
    }
    if (attempt < healthAttempts) await sleep(pauseMs);
  }
  const next = `npm run ops -- health --stack ${target.stack}`;
  await account.add(...failures.map(({ name, detail, next: own }) => bad("health", `${name}: ${detail}`, own ?? next)));
  return false;
}
