import { failed, ok, runCheck, runChecks, skipped, type Check, type CheckResult } from "../health/check.ts";
import type { Inbox } from "../lib/chatwoot/client.ts";
import { failuresAmong } from "../health/check.ts";
import { nextSteps } from "../health/target.ts";
import { Made } from "../smoke/checks/attachment.ts";
import { sweep } from "../smoke/traces.ts";
import { accountIdOf, beforehand, command } from "./before.ts";
import { openInbox, writeAsCustomer } from "./customer.ts";
import type { Fact } from "./facts.ts";
import type { Parts, Sent } from "./parts.ts";
import { measured, noted, recorded } from "./watch.ts";

const later = ["inbox", "message", "fact", "agent's note", "metrics", "clean-up"];

/** The whole way of one message, step by step. What it makes is deleted, whatever happens. */
export async function runEndToEnd(parts: Parts): Promise<CheckResult[]> {
  const { logs } = nextSteps(parts.target);
  const before = await runChecks(beforehand(parts), logs);
  if (failuresAmong(before).length > 0 || parts.signal.aborted) return [...before, ...notTried(later)];
  const accountId = await accountIdOf(parts);
  await sweep(parts.patient, accountId).catch(() => 0);
  const made = new Made(parts.patient, accountId);
  const results = await converse(parts, accountId, made).catch((error: unknown) => [
    ...notTried(later.slice(0, -1)).map((each) => ({ ...each, detail: `not tried: ${(error as Error).message}` })),
  ]);
  return [...before, ...results, await runCheck(cleanUp(made, parts), logs)];
}

async function converse(parts: Parts, accountId: number, made: Made): Promise<CheckResult[]> {
  const { logs } = nextSteps(parts.target);
  let inbox: Inbox | undefined;
  const opened = await runCheck(
    { name: "inbox", run: () => openInbox(parts, accountId, made, (each) => (inbox = each)) },
    logs,
  );
  if (inbox === undefined) return [opened, ...notTried(later.slice(1, -1))];
  const chosen = inbox;
  let sent: Sent | undefined;
  const written = await runCheck(
    { name: "message", run: () => writeAsCustomer(parts, accountId, chosen, made, (each) => (sent = each)) },
    logs,
  );
  if (sent === undefined) return [opened, written, ...notTried(later.slice(2, -1))];
  let facts: readonly Fact[] = [];
  const watched = await runChecks([recorded(parts, sent, (found) => (facts = found)), noted(parts, sent)], logs);
  return [opened, written, ...watched, await runCheck(measured(parts, facts), logs)];
}

function cleanUp(made: Made, { target }: Parts): Check {
  return {
    name: "clean-up",
    async run() {
      const left = await made.clean();
      if (left === undefined) return ok("what was made is deleted");
      return failed(
        left,
        `Delete it in Chatwoot's settings; a run after an hour does so too: ${command("e2e", target.stack)}`,
      );
    },
  };
}

function notTried(names: readonly string[]): CheckResult[] {
  return names.map((name) => ({ name, ...skipped("not tried"), durationMs: 0 }));
}
