import { ChatwootClient, type Profile } from "../lib/chatwoot/client.ts";
import { runChecks, type Check, type CheckResult } from "./check.ts";
import { cable } from "./checks/cable.ts";
import { explainToken, live, services, token } from "./checks/chatwoot.ts";
import { machines } from "./checks/machines.ts";
import { agent, agentWebhook, testWebhook } from "./checks/receivers.ts";
import { webhooks } from "./checks/webhooks.ts";
import { nextSteps, type Target } from "./target.ts";

export interface HealthOptions {
  /** Limit per request. */
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
}

/** Runs every check once. Changes nothing. */
export function checkHealth(target: Target, { timeoutSeconds, signal }: HealthOptions): Promise<CheckResult[]> {
  const client = new ChatwootClient({ baseUrl: target.baseUrl, apiToken: target.apiToken, timeoutSeconds, signal });
  let asked: Promise<Profile> | undefined;
  const profile = (): Promise<Profile> => (asked ??= client.profile());
  const limits = { timeoutSeconds, signal };
  const checks: Check[] = [
    live(client, target),
    services(client, target),
    explained(token(profile, target), target),
    explained(webhooks(client, profile, target), target),
    cable(target, { client, profile, timeoutSeconds }),
    agent(target, limits),
    agentWebhook(target, limits),
    testWebhook(target, limits),
    ...(target.flyApp === undefined ? [] : [machines(target, target.flyApp)]),
  ];
  return runChecks(checks, nextSteps(target).logs);
}

/** Adds fixes for failed calls with the token. */
export function explained({ name, run }: Check, target: Target): Check {
  return {
    name,
    run: () =>
      run().catch((error: unknown) => {
        const outcome = explainToken(error, target);
        if (outcome === undefined) throw error;
        return outcome;
      }),
  };
}
