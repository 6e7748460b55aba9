import { ChatwootClient } from "../lib/chatwoot/client.ts";
import { runChecks, type CheckResult } from "../health/check.ts";
import { explained } from "../health/checks.ts";
import { accountOf, live, token } from "../health/checks/chatwoot.ts";
import { testWebhook } from "../health/checks/receivers.ts";
import { nextSteps, type Target } from "../health/target.ts";
import { attachment } from "./checks/attachment.ts";
import { onboarding, signUp, signUpPage, widget } from "./checks/public-access.ts";
import { mail } from "./checks/mail.ts";

export interface SmokeOptions {
  /** Limit per request. */
  timeoutSeconds: number;
  signal: AbortSignal;
  /** Rate-limited requests are sent only in the first run. */
  isFirst: boolean;
  /** Recipient of the test mail; undefined for none. */
  mailTo: string | undefined;
}

/** Runs every check once. */
export async function runSmoke(target: Target, options: SmokeOptions): Promise<CheckResult[]> {
  const { timeoutSeconds, signal, isFirst, mailTo } = options;
  const client = new ChatwootClient({ baseUrl: target.baseUrl, apiToken: target.apiToken, timeoutSeconds, signal });
  const profile = target.apiToken === undefined ? undefined : client.profile();
  profile?.catch(() => undefined);
  const asked = () => profile ?? Promise.reject(new Error("no token"));
  const accountId = () =>
    asked().then(
      (found) => accountOf(found, target)?.id,
      () => undefined,
    );
  const { logs } = nextSteps(target);
  return runChecks(
    [
      live(client, target),
      explained(token(asked, target), target),
      isFirst ? signUp(client, target) : signUpPage(client, target),
      onboarding(client, target),
      widget(client, target),
      attachment({ client, accountId, timeoutSeconds, signal }, target),
      mail({ client, accountId }, isFirst ? mailTo : undefined, target),
      testWebhook(target, { timeoutSeconds, signal }),
    ],
    logs,
  );
}
