import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pulumiWords } from "../../ops/rollback/pulumi.ts";
import { readSettings, set } from "./settings.ts";
import { readWords } from "./words.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("does what a rollback asks for", () => {
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
  expect(readWords(pulumiWords.up("prod"))).toEqual({ command: "up", stack: "prod", replace: [] });
});

test("does what a rotation asks for", () =>
  expect(readWords(["up", "--replace", "urn:a", "--stack", "prod", "--yes", "--skip-preview"])).toEqual({
    command: "up",
    stack: "prod",
    replace: ["urn:a"],
  }));

test.each([
  [["destroy", "--yes"], "the sandbox's pulumi has no 'destroy --yes'"],
  [["up", "--stack", "prod"], "--yes must be passed in"],
  [["up", "--yes"], "Name one by --stack"],
  [["up", "--yes", "--stack", "prod", "--target-replace", "urn:a"], "Unknown option '--target-replace'"],
  [["config", "set", "--secret", "a", "b", "--stack", "prod"], "Unknown option '--secret'"],
  [["config", "set", "a", "b", "--stack", "prod"], "with --plaintext only"],
  [["config", "set", "--plaintext", "a", "--stack", "prod"], "give a key and a value"],
  [["config", "get", "a"], "has no 'config get'"],
])("refuses %j", (argv, says) => expect(() => readWords(argv)).toThrow(says));

test("sets values one by one, and those of a path with their kinds, where only their owner reads them", async () => {
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
