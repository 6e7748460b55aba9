import { failed, ok, runCheck, runChecks, skipped, type Check, type CheckResult } from "../health/check.ts";
import type { Inbox } from "../lib/chatwoot/client.ts";
import { failuresAmong } from "../health/check.ts";
import { nextSteps } from "../health/target.ts";
import { visitorAddress } from "./address.ts";
import { CreatedObjects } from "./created.ts";
import { sweep } from "./traces.ts";
import { accountIdOf, prerequisites, command } from "./prerequisites.ts";
import { openInbox, writeAsCustomer } from "./customer.ts";
import type { Fact } from "./facts.ts";
import type { Parts, Sent } from "./parts.ts";
import { measured, noted, recorded } from "./watch.ts";

const later = ["inbox", "message", "fact", "agent's note", "metrics", "address", "clean-up"];

/** Follows one message through the pipeline, and always deletes what it created. */
export async function runEndToEnd(parts: Parts): Promise<CheckResult[]> {
  const { logs } = nextSteps(parts.target);
  const before = await runChecks(prerequisites(parts), logs);
  if (failuresAmong(before).length > 0 || parts.signal.aborted) return [...before, ...notRun(later)];
  const accountId = await accountIdOf(parts);
  await sweep(parts.patient, accountId).catch(() => 0);
  const made = new CreatedObjects(parts.patient, accountId);
  const results = await converse(parts, accountId, made).catch((error: unknown) => [
    ...notRun(later.slice(0, -2)).map((each) => ({ ...each, detail: `not run: ${(error as Error).message}` })),
  ]);
  const address = await runCheck(visitorAddress(parts, accountId, made), logs);
  return [...before, ...results, address, await runCheck(cleanUp(made, parts), logs)];
}

async function converse(parts: Parts, accountId: number, made: CreatedObjects): Promise<CheckResult[]> {
  const { logs } = nextSteps(parts.target);
  let inbox: Inbox | undefined;
  const opened = await runCheck(
    { name: "inbox", run: () => openInbox(parts, accountId, made, (each) => (inbox = each)) },
    logs,
  );
  if (inbox === undefined) return [opened, ...notRun(later.slice(1, -2))];
  const chosen = inbox;
  let sent: Sent | undefined;
  const written = await runCheck(
    { name: "message", run: () => writeAsCustomer(parts, accountId, chosen, made, (each) => (sent = each)) },
    logs,
  );
  if (sent === undefined) return [opened, written, ...notRun(later.slice(2, -2))];
  let facts: readonly Fact[] = [];
  const watched = await runChecks([recorded(parts, sent, (found) => (facts = found)), noted(parts, sent)], logs);
  return [opened, written, ...watched, await runCheck(measured(parts, facts), logs)];
}

function cleanUp(made: CreatedObjects, { target }: Parts): Check {
  return {
    name: "clean-up",
    async run() {
      const left = await made.clean();
      if (left === undefined) return ok("created objects are deleted");
      return failed(
        left,
        `Delete it in Chatwoot's settings, or run this again after an hour: ${command("e2e", target.stack)}`,
      );
    },
  };
}

function notRun(names: readonly string[]): CheckResult[] {
  return names.map((name) => ({ name, ...skipped("not run"), durationMs: 0 }));
}
