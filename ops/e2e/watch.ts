import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, skipped, type Check, type Outcome } from "../health/check.ts";
import { testWebhook } from "../health/checks/receivers.ts";
import { nextSteps } from "../health/target.ts";
import { hideInLogs } from "../logs/hide.ts";
import { command } from "./prerequisites.ts";
import { factsOf, factsSince, type Fact } from "./facts.ts";
import type { Parts, Sent } from "./parts.ts";

/** Multiple of the limit to wait, to distinguish a late note from a missing one. */
const patience = 3;

/** Checks that the receiver recorded the webhook of the message. */
export function recorded(parts: Parts, sent: Sent, keep: (facts: readonly Fact[]) => void): Check {
  const { facts, limits, target } = parts;
  return {
    name: "fact",
    async run() {
      const session = await facts;
      let last: Fact[] = [];
      const found = await until(parts, sent.sentAtMs + limits.factSeconds * 1000, async () => {
        const { facts: ours, areNamed } = factsOf(await factsSince(session, sent.from), sent.conversationId);
        last = ours;
        const isDecided = ours.some(({ isDeadLetter, success }) => isDeadLetter || success === true);
        return isDecided ? { areNamed } : undefined;
      });
      keep(last);
      const after = seconds(performance.now() - sent.sentAtMs);
      const dead = last.find(({ isDeadLetter }) => isDeadLetter);
      const receiver = target.webhook === undefined ? "its receiver" : new URL(target.webhook.url).host;
      if (dead !== undefined)
        return failed(
          `the receiver recorded a dead letter: ${errorOf(dead)}`,
          `Read the logs of ${receiver}, then run ${command("pipeline check", target.stack)}`,
        );
      if (found !== undefined)
        return ok(
          `recorded in dashboard_facts after ${after}${found.areNamed ? "" : " (facts have no conversation, so other traffic may count)"}`,
        );
      if (last.length > 0)
        return failed(
          `${last.length} in dashboard_facts after ${after}, none successful: ${errorOf(last.at(-1) as Fact)}`,
          `Read the logs of ${receiver}`,
        );
      return missing(parts, after);
    },
  };
}

/** Sends a test webhook to distinguish a failing receiver from a missing delivery. */
async function missing({ target, limits, signal }: Parts, after: string): Promise<Outcome> {
  const nothing = `nothing in dashboard_facts after ${after}`;
  const tried = await testWebhook(target, { timeoutSeconds: limits.timeoutSeconds, signal })
    .run()
    .catch(() => skipped("not run"));
  if (tried.state === "failed") return failed(`${nothing}; its receiver: ${tried.detail}`, tried.next ?? "");
  const { logs } = nextSteps(target);
  return failed(
    `${nothing}, although its receiver accepts a test webhook`,
    `Check that the receiver's DATABASE_URL is this database and that a worker is running. ${logs}`,
  );
}

/** Checks that the agent's draft is a private note of the conversation. */
export function noted(parts: Parts, sent: Sent): Check {
  const { client, limits, target } = parts;
  return {
    name: "agent's note",
    async run() {
      if (target.agentUrl === undefined) return skipped("no chatwoot:support.agentUrl (AGENT_SDK_URL)");
      const limitMs = limits.noteSeconds * 1000;
      let answered = false;
      const note = await until(parts, sent.sentAtMs + patience * limitMs, async () => {
        const messages = await client.messages(sent.accountId, sent.conversationId);
        const outgoing = messages.filter(({ id, message_type: type }) => id > sent.messageId && type === 1);
        answered = outgoing.some(({ private: isPrivate }) => !isPrivate);
        return outgoing.find(({ private: isPrivate }) => isPrivate);
      });
      const afterMs = performance.now() - sent.sentAtMs;
      const aim = `within ${limits.noteSeconds} s`;
      const next = `Read the logs of ${new URL(target.agentUrl).host}, and check its API token: ${command("health", target.stack)}`;
      if (note === undefined)
        return answered
          ? failed(
              "the agent answered the customer instead of writing a private note",
              "Configure the agent to draft private notes",
            )
          : failed(`none after ${seconds(afterMs)} (target: ${aim})`, next);
      if (afterMs > limitMs) return failed(`late: after ${seconds(afterMs)} (target: ${aim})`, next);
      return ok(`private, after ${seconds(afterMs)} (target: ${aim})`);
    },
  };
}

/** Compares the measured response of this conversation with the target. */
export function measured({ targets, target }: Parts, facts: readonly Fact[]): Check {
  return {
    name: "metrics",
    run() {
      const deliveries = facts.filter(({ isDeadLetter, success }) => !isDeadLetter && success === true);
      if (deliveries.length === 0) return Promise.resolve(skipped("no delivery to measure"));
      const next = `Check the last 15 minutes: ${command("pipeline check", target.stack)}`;
      const durations = deliveries.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
      if (durations.length === 0) return Promise.resolve(failed("the fact has no durationMs", next));
      const average = durations.reduce((sum, each) => sum + each, 0) / durations.length;
      const detail = `response ${Math.round(average)} ms (target: under ${targets.averageResponseMs} ms), no dead letter`;
      return Promise.resolve(average < targets.averageResponseMs ? ok(detail) : failed(detail, next));
    },
  };
}

/** Polls until a result, the deadline or the signal, with a last attempt at the deadline. */
async function until<T>(
  { limits, signal }: Parts,
  deadlineMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const isLast = performance.now() >= deadlineMs;
    const found = await ask();
    if (found !== undefined || isLast) return found;
    const left = Math.max(0, deadlineMs - performance.now());
    await sleep(Math.min(limits.pollMs, left), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The consumer's error text can contain secrets. */
function errorOf({ lastError }: Fact): string {
  return lastError === null ? "no error recorded" : hideInLogs(lastError.replaceAll(/\s+/g, " "));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
