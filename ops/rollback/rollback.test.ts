import { describe, expect, test } from "vitest";
import { environmentTarget } from "../health/target.ts";
import { commandsOf, describePlan, planOf } from "./plan.ts";
import { isSameImage } from "../../lib/image-reference.ts";
import { chooseRollback, compareVersions, configuredImage, type Release } from "./releases.ts";

const digest = (letter: string): string => `@sha256:${letter.repeat(64)}`;
const image = (version: string): string => `chatwoot/chatwoot:v${version}`;
const release = (number: number, version: string, complete = true): Release => ({
  number,
  image: image(version),
  at: `2026-11-${10 + number}T12:00:00Z`,
  complete,
});
const about = { what: "app chat", stack: "staging" };

describe("the rollback target", () => {
  test.each<[string, Release[], string | undefined, [number, string]]>([
    ["the previous release", [release(1, "4.15.0"), release(2, "4.16.2")], undefined, [1, "4.15.0"]],
    ["in any order", [release(2, "4.16.2"), release(1, "4.15.0")], undefined, [1, "4.15.0"]],
    [
      "past releases that only changed secrets",
      [release(1, "4.15.0"), release(2, "4.16.2"), release(3, "4.16.2")],
      undefined,
      [1, "4.15.0"],
    ],
    [
      "past an incomplete one",
      [release(1, "4.14.1"), release(2, "4.15.0", false), release(3, "4.16.2")],
      undefined,
      [1, "4.14.1"],
    ],
    ["from an interrupted release", [release(1, "4.15.0"), release(2, "4.16.2", false)], undefined, [1, "4.15.0"]],
    ["by number", [release(1, "4.14.1"), release(2, "4.15.0"), release(3, "4.16.2")], "1", [1, "4.14.1"]],
    ["by number with a v", [release(1, "4.14.1"), release(2, "4.15.0"), release(3, "4.16.2")], "v1", [1, "4.14.1"]],
  ])("%s", (_, releases, to, [number, version]) => {
    expect(chooseRollback(releases, to, about).to).toMatchObject({ number, image: image(version) });
  });

  test("a failed rollback again, from the release that serves", () => {
    const releases = [release(1, "4.15.0"), release(2, "4.16.2"), release(3, "4.15.0", false)];
    for (const to of [image("4.15.0"), "1"]) {
      const { from, to: again } = chooseRollback(releases, to, about);
      expect([from.number, again.image]).toEqual([2, image("4.15.0")]);
    }
  });

  test("an image outside the releases", () => {
    const { from, to } = chooseRollback([release(2, "4.16.2")], image("4.15.0"), about);
    expect([from.number, to.number, to.image]).toEqual([2, undefined, image("4.15.0")]);
  });

  test.each<[string, Release[], string | undefined, string]>([
    ["no release", [], undefined, "app chat: has no release. Run `pulumi up --stack staging`."],
    ["only one image", [release(1, "4.16.2"), release(2, "4.16.2")], undefined, "has no release with another image"],
    ["an unknown number", [release(2, "4.16.2")], "9", "--to 9: app chat does not have this release. Use 2."],
    ["an interrupted release", [release(1, "4.15.0", false), release(2, "4.16.2")], "1", "did not complete. Use 2."],
    ["the running image", [release(1, "4.15.0"), release(2, "4.16.2")], "2", "which release 2 already runs"],
    ["an inexact version", [release(2, "4.16.2")], "chatwoot/chatwoot:latest", "has no exact version"],
  ])("rejects %s", (_, releases, to, reason) => {
    expect(() => chooseRollback(releases, to, about)).toThrow(reason);
  });
});

test.each([
  ["docker-hub-mirror.fly.io/chatwoot/chatwoot:v4.16.2", "chatwoot/chatwoot:v4.16.2"],
  ["registry-1.docker.io/chatwoot/chatwoot:v4.16.2", "chatwoot/chatwoot:v4.16.2"],
  ["ghcr.io/fork/chatwoot:v4.16.2", "ghcr.io/fork/chatwoot:v4.16.2"],
])("Fly's %s is configured as %s", (reference, expected) => expect(configuredImage(reference)).toBe(expected));

test.each([
  [image("4.16.2"), image("4.16.2"), true],
  [image("4.16.2"), `${image("4.16.2")}${digest("a")}`, true],
  [`${image("4.16.2")}${digest("a")}`, `${image("4.16.2")}${digest("b")}`, false],
  [`ghcr.io/x/y:1${digest("a")}`, `z/y:2${digest("a")}`, true],
  [image("4.16.2"), image("4.15.0"), false],
])("%s and %s are the same: %s", (one, other, same) => expect(isSameImage(one, other)).toBe(same));

test.each([
  ["4.16.2", "4.15.0", "older"],
  ["4.16.2", "4.16.10", "newer"],
  ["4.16.2", "4.16.2-ce", "same"],
  ["4.9.0", "4.10.0", "newer"],
])("from %s to %s is %s", (from, to, expected) => expect(compareVersions(image(from), image(to))).toBe(expected));

test("an image without a version is unknown and treated as older", () => {
  expect(compareVersions(image("4.16.2"), "ghcr.io/fork/chatwoot:main-3f2a")).toBe("unknown");
});

describe("the plan", () => {
  const target = environmentTarget({
    CHATWOOT_BASE_URL: "https://chat.example.com",
    CHATWOOT_WEBHOOK_URL: "https://app.example.com/hook",
  });
  const plan = (to: string, enabled = true) => {
    const chosen = chooseRollback([release(1, "4.15.0"), release(2, "4.16.2")], to, about);
    return planOf("staging", "app chat", chosen, { ...target, webhook: { ...target.webhook!, enabled } });
  };
  test.each([
    [true, false, true],
    [false, false, false],
    [false, true, true],
  ])(
    "a webhook that is enabled (%s) or requested by --webhook (%s) is enabled again: %s",
    (enabled, webhookAfter, comes) => {
      const chosen = chooseRollback([release(1, "4.15.0"), release(2, "4.16.2")], undefined, about);
      const of = { ...target, webhook: { ...target.webhook!, enabled } };
      expect(planOf("staging", "app chat", chosen, of, { webhookAfter }).hasWebhook).toBe(comes);
      const none = { ...target, webhook: undefined };
      expect(planOf("staging", "app chat", chosen, none, { webhookAfter }).hasWebhook).toBe(false);
    },
  );

  const schemaOf = (to: string) => describePlan(plan(to)).find(({ name }) => name === "schema");

  test("warns that the schema is not rolled back", () => {
    expect(schemaOf("1")).toMatchObject({ state: "attention" });
    expect(schemaOf("1")?.detail).toContain("are not reverted");
    expect(schemaOf(image("4.17.0"))?.detail).toContain("newer");
    expect(schemaOf("ghcr.io/fork/chatwoot:v4.16.2")).toMatchObject({ state: "ok" });
    expect(schemaOf("ghcr.io/fork/chatwoot:main-3f2a")).toMatchObject({ state: "attention" });
  });

  test("disables the webhook before the image changes and enables it only after health", () => {
    expect(commandsOf(plan("1"))).toEqual([
      "pulumi config set --plaintext --path chatwoot:support.webhookEnabled false --stack staging --non-interactive",
      "pulumi config set --plaintext chatwoot:image chatwoot/chatwoot:v4.15.0 --stack staging --non-interactive",
      "pulumi config set --plaintext chatwoot:uncheckedImage chatwoot/chatwoot:v4.15.0 --stack staging --non-interactive",
      "pulumi up --yes --skip-preview --stack staging --non-interactive",
      "npm run ops -- health --stack staging",
      "pulumi config set --plaintext --path chatwoot:support.webhookEnabled true --stack staging --non-interactive",
      "pulumi up --yes --skip-preview --stack staging --non-interactive",
      "npm run ops -- health --stack staging",
    ]);
  });

  test("ignores a disabled webhook", () => {
    expect(commandsOf(plan("1", false)).join("\n")).not.toContain("webhookEnabled");
  });
});
