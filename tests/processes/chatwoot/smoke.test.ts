import { describe, expect, test } from "vitest";
import { ChatwootClient } from "../../../ops/lib/chatwoot/client.ts";
import type { CheckResult } from "../../../ops/health/check.ts";
import type { Target } from "../../../ops/health/target.ts";
import { runSmoke } from "../../../ops/smoke/checks.ts";
import { isAbandoned, traceName } from "../../../ops/smoke/traces.ts";
import type { ChatwootStandIn } from "../../../sandbox/chatwoot/chatwoot.ts";
import { openChatwoot, openReceiver, supportEvents, targetOf } from "./support.ts";

async function smoke(target: Target, more: { isFirst?: boolean; mailTo?: string; signal?: AbortSignal } = {}) {
  const { isFirst = true, mailTo, signal = new AbortController().signal } = more;
  const results = await runSmoke(target, { timeoutSeconds: 2, signal, isFirst, mailTo });
  return new Map(results.map((result) => [result.name, result]));
}

async function whole(): Promise<{ chatwoot: ChatwootStandIn; target: Target }> {
  const receiver = await openReceiver();
  const { chatwoot } = await openChatwoot({ webhookUrl: receiver.url });
  return {
    chatwoot,
    target: targetOf(chatwoot, { webhook: { url: receiver.url, events: supportEvents, enabled: true } }),
  };
}

/** The visible content of Chatwoot. */
const kept = ({ state }: ChatwootStandIn) =>
  [state.inboxes, state.contacts, state.conversations, state.messages, state.contactInboxes].map(
    ({ length }) => length,
  );

const textOf = (result: CheckResult | undefined): string => `${result?.state} ${result?.detail}. ${result?.next ?? ""}`;

test("uses everything, and leaves nothing behind", async () => {
  const { chatwoot, target } = await whole();
  const results = await smoke(target, { mailTo: "admin@hotrodan.com" });
  expect([...results.values()].map(({ name, state, detail }) => `${name}: ${state} ${detail}`)).toEqual([
    "Rails: ok /health answers woot",
    "API token: ok works, administrator of account 1",
    "sign-up: ok closed (404)",
    "onboarding: ok closed (redirects to /)",
    "widget: ok /packs/js/sdk.js, 1 kB",
    "attachment: ok 64 kB written and read back",
    "mail: ok password mail requested; check that it reaches admin@hotrodan.com",
    "test webhook: ok /api/webhooks/chatwoot answers 202, signed",
  ]);
  expect(chatwoot.state.mails).toEqual([{ to: "admin@hotrodan.com", subject: "Reset password instructions" }]);
  await expect.poll(() => kept(chatwoot)).toEqual([0, 0, 0, 0, 0]);
});

test("sends no mail unless requested, and requests a sign-up only once", async () => {
  const { chatwoot, target } = await whole();
  for (let run = 0; run < 7; run++) {
    const results = await smoke(target, { isFirst: run === 0 });
    expect([...results.values()].filter(({ state }) => state === "failed")).toEqual([]);
    expect(results.get("sign-up")?.detail).toBe(run === 0 ? "closed (404)" : "closed (by the page)");
  }
  expect(chatwoot.requests.filter((each) => each === "POST /api/v1/accounts")).toHaveLength(1);
  expect(chatwoot.state.mails).toEqual([]);
});

describe("reports the problem and the fix", () => {
  test.each<[string, string, string, (world: { chatwoot: ChatwootStandIn; target: Target }) => void]>([
    [
      "an open sign-up",
      "sign-up",
      "failed is open: any visitor can create an account. Check /super_admin/accounts for new accounts, then run the bootstrap to close it: `pulumi up --stack staging`",
      ({ chatwoot }) => void (chatwoot.state.signupOpen = true),
    ],
    [
      "an open onboarding",
      "onboarding",
      "failed is open: the next visitor can become super admin. Run the bootstrap to close it",
      ({ chatwoot }) => void (chatwoot.state.onboardingOpen = true),
    ],
    [
      "a widget that is a page",
      "widget",
      "failed /packs/js/sdk.js is not the widget's script (text/html; charset=utf-8)",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "sdk.js", body: "<html>" }),
    ],
    [
      "a widget behind single sign-on",
      "widget",
      "failed /packs/js/sdk.js requires a session (302). Exclude /packs from single sign-on",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "sdk.js", status: 302 }),
    ],
    [
      "a storage that loses files",
      "attachment",
      "failed the file was written and does not exist when read (404). Check chatwoot:storage, its keys and its bucket, then run: `pulumi up --stack staging`",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "active_storage/disk", status: 404 }),
    ],
    [
      "a storage that rejects its own addresses",
      "attachment",
      "failed the file was written and cannot be read (403)",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "active_storage/disk", status: 403 }),
    ],
    [
      "a changed file",
      "attachment",
      "failed the file was changed: 3 bytes read, 65536 written",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "active_storage/disk", body: "abc" }),
    ],
    [
      "a read-only storage",
      "attachment",
      "/messages answered 500",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "^POST .*/messages$", status: 500 }),
    ],
    [
      "a webhook with another secret",
      "test webhook",
      "failed /api/webhooks/chatwoot rejected the signature (401)",
      ({ target }) => void (target.webhookSecret = "another"),
    ],
    [
      "a wrong token",
      "API token",
      "failed Chatwoot rejected the token",
      ({ target }) => void (target.apiToken = "planted-wrong"),
    ],
  ])("%s", async (_, name, expected, wreck) => {
    const world = await whole();
    wreck(world);
    const results = await smoke(world.target);
    expect(textOf(results.get(name))).toContain(expected);
    // Nothing is left after any failure.
    await expect.poll(() => kept(world.chatwoot)).toEqual([0, 0, 0, 0, 0]);
    expect(JSON.stringify([...results.values()])).not.toContain("planted");
  });

  test("an open sign-up in later runs, by the page", async () => {
    const { chatwoot, target } = await whole();
    chatwoot.state.signupOpen = true;
    expect(textOf((await smoke(target, { isFirst: false })).get("sign-up"))).toContain("failed is open");
    expect(chatwoot.state.accounts).toHaveLength(1);
  });

  test("a mail without a recipient", async () => {
    const { target } = await whole();
    const results = await smoke(target, { mailTo: "nobody@example.com" });
    expect(textOf(results.get("mail"))).toContain("Chatwoot has no user nobody@example.com. Use the address of a user");
  });

  test("names what it could not delete", async () => {
    const { chatwoot, target } = await whole();
    chatwoot.faults.push({ match: "^DELETE .*/inboxes/", status: 500 });
    const { detail, next } = (await smoke(target)).get("attachment")!;
    expect(detail).toMatch(
      /read back; inbox ops-smoke-\d{8}T\d{6}Z-[0-9a-f]{4} was not deleted \(DELETE .* answered 500\)/,
    );
    expect(next).toContain("or run this again after an hour");
  });
});

test("an interrupted run still deletes what it created", async () => {
  const { chatwoot, target } = await whole();
  const controller = new AbortController();
  chatwoot.faults.push({ match: "^POST .*/contacts$", delayMs: 300 });
  const running = smoke(target, { signal: controller.signal });
  await expect.poll(() => chatwoot.state.inboxes.length).toBe(1);
  controller.abort(new Error("ended by SIGINT"));
  await running;
  await expect.poll(() => kept(chatwoot)).toEqual([0, 0, 0, 0, 0]);
});

test("deletes the leftovers of a killed run once they are an hour old, and nothing else", async () => {
  const { chatwoot, target } = await whole();
  const client = new ChatwootClient(target);
  const hourAgo = traceName(new Date(Date.now() - 61 * 60_000));
  const now = traceName();
  for (const name of [hourAgo, now, "Support"]) {
    const { id } = await client.createApiInbox(1, name);
    await client.createContact(1, id, { name });
  }
  await smoke(target);
  const names = () =>
    [chatwoot.state.inboxes, chatwoot.state.contacts].map((all) => all.map(({ name }) => name).sort());
  await expect.poll(names).toEqual([[now, "Support"].sort(), [now, "Support"].sort()]);
});

test.each(["ops-smoke-", "ops-smoke-20200101T000000Z", "my ops-smoke-20200101T000000Z-abcd", "", null, undefined])(
  "%j is not a leftover",
  (name) => expect(isAbandoned(name)).toBe(false),
);
