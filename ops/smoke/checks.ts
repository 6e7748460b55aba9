import { ChatwootClient } from "../lib/chatwoot/client.ts";
import { runCheck, runChecks, type CheckResult } from "../health/check.ts";
import { explained } from "../health/checks.ts";
import { accountOf, live, token } from "../health/checks/chatwoot.ts";
import { testWebhook } from "../health/checks/receivers.ts";
import { nextSteps, type Target } from "../health/target.ts";
import { attachment } from "./checks/attachment.ts";
import { onboarding, signUp, signUpPage, widget } from "./checks/doors.ts";
import { mail } from "./checks/mail.ts";

export interface SmokeOptions {
  /** For each call. */
  timeoutSeconds: number;
  signal: AbortSignal;
  /** Whether this is the first run: what Chatwoot answers seldom is asked then alone. */
  isFirst: boolean;
  /** Who gets a mail; undefined for none. */
  mailTo: string | undefined;
}

/** Everything once, through the public address. What it makes in Chatwoot is deleted before it ends. */
export async function runSmoke(target: Target, options: SmokeOptions): Promise<CheckResult[]> {
  const { timeoutSeconds, signal, isFirst, mailTo } = options;
  const address = { baseUrl: target.baseUrl, apiToken: target.apiToken, timeoutSeconds };
  const client = new ChatwootClient({ ...address, signal });
  const patient = new ChatwootClient(address);
  const profile = target.apiToken === undefined ? undefined : client.profile();
  profile?.catch(() => undefined);
  const asked = () => profile ?? Promise.reject(new Error("no token"));
  const accountId = () =>
    asked().then(
      (found) => accountOf(found, target)?.id,
      () => undefined,
    );
  const { logs } = nextSteps(target);
  const results = await runChecks(
    [
      live(client, target),
      explained(token(asked, target), target),
      isFirst ? signUp(client, target) : signUpPage(client, target),
      onboarding(client, target),
      widget(client, target),
      mail(client, isFirst ? mailTo : undefined, target),
      testWebhook(target, { timeoutSeconds, signal }),
    ],
    logs,
  );
  // It alone makes something, so it begins when the others have shown what there is.
  results.splice(
    5,
    0,
    await runCheck(attachment({ client: patient, accountId, timeoutSeconds, signal }, target), logs),
  );
  return results;
}
