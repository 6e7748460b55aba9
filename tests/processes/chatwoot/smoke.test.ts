import { describe, expect, test } from "vitest";
import type { CheckResult } from "../../../ops/health/check.ts";
import type { Target } from "../../../ops/health/target.ts";
import { runSmoke } from "../../../ops/smoke/checks.ts";
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

/** What a run may leave: nothing that anyone sees, no job, and only the uploaded file. */
const left = ({ state }: ChatwootStandIn) =>
  [state.inboxes, state.contacts, state.conversations, state.messages, state.contactInboxes, state.deadJobs].map(
    ({ length }) => length,
  );
const nothing = [0, 0, 0, 0, 0, 0];

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
    "attachment: ok 4 kB written and read back",
    "mail: ok password mail requested; check that it reaches admin@hotrodan.com",
    "test webhook: ok /api/webhooks/chatwoot answers 202, signed",
  ]);
  expect(chatwoot.state.mails).toEqual([{ to: "admin@hotrodan.com", subject: "Reset password instructions" }]);
  expect(left(chatwoot)).toEqual(nothing);
  expect(chatwoot.state.deliveries).toEqual([]);
  expect(chatwoot.state.uploads.map(({ fileName, bytes }) => [fileName, bytes.length])).toEqual([
    ["ops-smoke.bin", 4096],
  ]);
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
      "failed the file was changed: 3 bytes read, 4096 written",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "active_storage/disk", body: "abc" }),
    ],
    [
      "a read-only storage",
      "attachment",
      "/upload answered 500",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "^POST .*/upload$", status: 500 }),
    ],
    [
      "the limit of uploads",
      "attachment",
      "skipped Chatwoot's limit of 60 uploads an hour is reached",
      ({ chatwoot }) => void chatwoot.faults.push({ match: "^POST .*/upload$", status: 429 }),
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
    expect(left(world.chatwoot)).toEqual(nothing);
    expect(JSON.stringify([...results.values()])).not.toContain("planted");
  });

  test("an open sign-up in later runs, by the page", async () => {
    const { chatwoot, target } = await whole();
    chatwoot.state.signupOpen = true;
    expect(textOf((await smoke(target, { isFirst: false })).get("sign-up"))).toContain("failed is open");
    expect(chatwoot.state.accounts).toHaveLength(1);
  });

  test("a mail without a recipient", async () => {
    const { chatwoot, target } = await whole();
    const results = await smoke(target, { mailTo: "nobody@example.com" });
    expect(textOf(results.get("mail"))).toContain(
      "account 1 has no user nobody@example.com. Use the address of a user",
    );
    expect(chatwoot.requests).not.toContain("POST /auth/password");
  });

  test("a mail without the token that looks its user up", async () => {
    const { chatwoot, target } = await whole();
    const results = await smoke({ ...target, apiToken: undefined }, { mailTo: "admin@hotrodan.com" });
    expect(textOf(results.get("mail"))).toContain("skipped no token (CHATWOOT_API_KEY) to look the user up");
    expect(chatwoot.state.mails).toEqual([]);
  });
});
