import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pulumiWords } from "../../ops/rollback/pulumi.ts";
import { previewDigest } from "./digest.ts";
import { readSettings, set } from "./settings.ts";
import { readWords } from "./words.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("runs the command of a rollback", () => {
  expect(readWords(pulumiWords.image("prod", "chatwoot/chatwoot:v1.2.3"))).toEqual({
    command: "config set",
    stack: "prod",
    key: "chatwoot:image",
    value: "chatwoot/chatwoot:v1.2.3",
    isPath: false,
  });
  expect(readWords(pulumiWords.webhook("prod", false))).toMatchObject({
    key: "chatwoot:support.webhookEnabled",
    value: "false",
    isPath: true,
  });
  expect(readWords(pulumiWords.up("prod"))).toEqual({
    command: "up",
    stack: "prod",
    replace: [],
    refresh: false,
    json: false,
  });
});

test("runs the command of a rotation", () =>
  expect(readWords(["up", "--replace", "urn:a", "--stack", "prod", "--yes", "--skip-preview"])).toEqual({
    command: "up",
    stack: "prod",
    replace: ["urn:a"],
    refresh: false,
    json: false,
  }));

test("runs the refresh of a drift", () =>
  expect(readWords(["refresh", "--clear-pending-creates", "--yes", "--non-interactive", "--stack", "prod"])).toEqual({
    command: "refresh",
    stack: "prod",
    clearPendingCreates: true,
  }));

test("runs the preview of a drift", () =>
  expect(readWords(["preview", "--json", "--non-interactive", "--stack", "prod"])).toMatchObject({
    command: "preview",
    json: true,
  }));

test.each([
  [["destroy", "--yes"], "the sandbox's pulumi has no command 'destroy --yes'"],
  [["up", "--stack", "prod"], "--yes must be passed in"],
  [["refresh", "--stack", "prod"], "--yes or --skip-preview must be passed in"],
  [["up", "--yes"], "no stack is selected. Pass --stack"],
  [["up", "--yes", "--stack", "prod", "--target-replace", "urn:a"], "Unknown option '--target-replace'"],
  [["config", "set", "--secret", "a", "b", "--stack", "prod"], "Unknown option '--secret'"],
  [["config", "set", "a", "b", "--stack", "prod"], "config set: pass --plaintext. The sandbox stores no other values"],
  [["config", "set", "--plaintext", "a", "--stack", "prod"], "config set: pass a key and a value"],
  [["up", "--yes", "--json", "--stack", "prod"], "up: the sandbox prints no JSON"],
  [["config", "get", "a"], "has no command 'config get'"],
])("refuses %j", (argv, message) => expect(() => readWords(argv)).toThrow(message));

test("stores values in a private file, and values of a path with their types", async () => {
  const file = join(folder, "deep", "prod.json");
  expect(readSettings(file)).toEqual({});
  await set(file, "chatwoot:image", "chatwoot/chatwoot:v1", false);
  await set(file, "chatwoot:support.webhookEnabled", "false", true);
  await set(file, "chatwoot:support.targets.perHour", "12", true);
  await set(file, "chatwoot:account", "true", false);
  await set(file, "chatwoot:image", "chatwoot/chatwoot:v2", false);
  expect(readSettings(file)).toEqual({
    "chatwoot:image": "chatwoot/chatwoot:v2",
    "chatwoot:support": { webhookEnabled: false, targets: { perHour: 12 } },
    "chatwoot:account": "true",
  });
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("the sandbox prints changes alone, as Pulumi does", () => {
  const event = (op: string) => ({ resourcePreEvent: { metadata: { op, urn: "u", new: { urn: "u" } } } });
  const events = [{ preludeEvent: {} }, event("same"), event("create"), { summaryEvent: {} }];
  expect(JSON.parse(previewDigest(events.map((each) => JSON.stringify(each)).join("\n")))).toEqual({
    steps: [{ op: "create", urn: "u", newState: { urn: "u" } }],
  });
});
