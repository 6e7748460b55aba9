import { webhookHeaders } from "../../lib/chatwoot/signature.ts";
import { request, type HttpRequest } from "../../../lib/http/request.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";

/** Chatwoot's timeout for a delivery. */
const chatwootWaitsSeconds = 5;
/** Receivers ignore this event. */
const testBody = JSON.stringify({ event: "test", test: true });

type Limits = Pick<HttpRequest, "timeoutSeconds" | "signal">;

export function agent({ agentUrl }: Target, limits: Limits): Check {
  return {
    name: "agent service",
    async run() {
      if (agentUrl === undefined) return skipped("no chatwoot:support.agentUrl (AGENT_SDK_URL)");
      const next = `Start it, or read its logs: \`curl -i ${agentUrl}/health\``;
      const answer = await request(`${agentUrl}/health`, limits).catch((error: unknown) => error as Error);
      if (answer instanceof Error) return failed(saidBy(answer), next);
      if (answer.status === 200) return ok(`/health answers 200`);
      return failed(`/health answers ${answer.status}`, next);
    },
  };
}

export function agentWebhook(target: Target, limits: Limits): Check {
  const url = target.agentUrl === undefined ? undefined : `${target.agentUrl}/webhooks/chatwoot`;
  return {
    name: "agent webhook",
    run: () => (url === undefined ? Promise.resolve(skipped("no agent service")) : post(url, target, limits)),
  };
}

/** Sends the account's receiver a webhook with Chatwoot's signature. */
export function testWebhook(target: Target, limits: Limits): Check {
  return {
    name: "test webhook",
    async run() {
      const { webhook } = target;
      if (webhook === undefined) return skipped("no chatwoot:support.webhookUrl (CHATWOOT_WEBHOOK_URL)");
      return webhook.enabled ? post(webhook.url, target, limits) : skipped("the webhook is disabled");
    },
  };
}

async function post(url: string, target: Target, limits: Limits): Promise<Outcome> {
  const { pathname } = new URL(url);
  const { webhookSecret } = target;
  const next = `Read the logs of ${new URL(url).host}`;
  const answer = await request(url, {
    ...limits,
    method: "POST",
    body: testBody,
    headers: {
      "Content-Type": "application/json",
      "X-Forwarded-From": "deploy-test",
      ...(webhookSecret === undefined ? {} : webhookHeaders(webhookSecret, testBody)),
    },
  }).catch((error: unknown) => error as Error);
  if (answer instanceof Error) return failed(saidBy(answer), next);
  const { status, durationMs } = answer;
  if (status === 401 || status === 403)
    return webhookSecret === undefined
      ? failed(`${pathname} requires a signature (${status})`, "Set CHATWOOT_WEBHOOK_SECRET and run this again")
      : failed(
          `${pathname} rejected the signature (${status})`,
          `Set its CHATWOOT_WEBHOOK_SECRET to ${nextSteps(target).output("webhookSecret")}. If it is set already, verify signatures as in docs/support/webhook-receiver.md`,
        );
  if (status === 404) return failed(`${pathname} does not exist (404)`, "Deploy the receiver, or correct the URL");
  if (status !== 200 && status !== 202) return failed(`${pathname} answers ${status}, not 200 or 202`, next);
  if (durationMs > chatwootWaitsSeconds * 1000)
    return failed(
      `${pathname} takes ${(durationMs / 1000).toFixed(1)} s; Chatwoot's limit is ${chatwootWaitsSeconds} s`,
      "Answer before processing: docs/support/webhook-receiver.md",
    );
  return ok(`${pathname} answers ${status}${webhookSecret === undefined ? ", unsigned" : ", signed"}`);
}

function saidBy(error: Error): string {
  return (error as { finding?: string }).finding ?? error.message;
}
