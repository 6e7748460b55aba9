import { describe, expect, test } from "vitest";
import { memoryState } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { StackName } from "../helpers/stack-files.ts";

/* A rotation by the stack file: numbers of generated secrets. */

type Change = NonNullable<StackOptions["change"]>;
const engine = (stack: StackName, change: Change = () => {}, state = memoryState()) =>
  stackEngine(stack, { change, providers: { kubernetes: doubles.kubernetes, command: doubles.command }, state });
const counted =
  (rotation: object): Change =>
  ({ settings }) => {
    settings["rotation"] = rotation;
    if (settings["target"] === "fly") settings["fly"].redis = { kind: "own" };
  };

async function replacedBy(stack: StackName, before: object, after: object): Promise<string[]> {
  const state = memoryState();
  expect((await engine(stack, counted(before), state).up(program)).ok).toBe(true);
  const { ok, steps, diagnostics } = await engine(stack, counted(after), state).preview(program);
  expect([ok, diagnostics.map(({ message }) => message)]).toEqual([true, expect.anything()]);
  return steps
    .filter(({ op, type }) => op.includes("replace") && type.startsWith("random:"))
    .map(({ name }) => name)
    .sort()
    .filter((name, index, all) => all.indexOf(name) === index);
}

test.each(["staging", "prod"] as const)("%s: without a number, the program is unchanged", async (stack) => {
  const { steps } = await engine(stack).up(program);
  const random = steps.filter(({ type }) => type.startsWith("random:"));
  expect(random.length).toBeGreaterThan(5);
  for (const { inputs } of random) expect(Object.keys(inputs)).not.toContain("keepers");
  expect(await replacedBy(stack, {}, {})).toEqual([]);
});

describe("a higher number changes only that secret's value", () => {
  test.each<[stack: StackName, before: object, after: object, replaced: string[]]>([
    ["staging", { apiToken: 1 }, { apiToken: 2 }, ["secrets-api-token"]],
    ["staging", {}, { webhookSecret: 1 }, ["secrets-webhook-secret"]],
    ["prod", { cookieSecret: 1, redisPassword: 1 }, { cookieSecret: 2, redisPassword: 1 }, ["sso-cookie-secret"]],
    ["prod", { redisPassword: 1 }, { redisPassword: 2 }, ["redis-password"]],
    ["prod", { apiToken: 3, webhookSecret: 4 }, { apiToken: 3, webhookSecret: 4 }, []],
  ])("%s, %o to %o", async (stack, before, after, replaced) => {
    expect(await replacedBy(stack, before, after)).toEqual(replaced);
  });
});

test("rejects a protected secret in the preview", async () => {
  const state = memoryState();
  expect((await engine("staging", counted({}), state).up(program)).ok).toBe(true);
  const run = await engine("staging", counted({ redisPassword: 1 }), state).preview(program);
  expect(run.ok).toBe(false);
  expect(run.diagnostics.map(({ message }) => message).join("\n")).toMatch(/redis-password[^]*protect/);
});

test.each<[what: string, stack: StackName, rotation: object, expected: RegExp]>([
  [
    "a root key",
    "prod",
    { secretKeyBase: 2 },
    /rotation\.secretKeyBase: must never change: a new value invalidates every session/,
  ],
  [
    "an encryption key",
    "prod",
    { encryptionKeys: 2 },
    /rotation\.encryptionKeys: must never change: data that Active Record/,
  ],
  ["a database's password", "prod", { databasePassword: 2 }, /rotation\.databasePassword: has no rotation number/],
  ["the admin's password", "staging", { adminPassword: 2 }, /rotation\.adminPassword: is only the initial password/],
  ["a misspelt name", "staging", { apiTokn: 2 }, /rotation\.apiTokn: is not a setting\. Did you mean apiToken/],
  ["an invalid number", "staging", { apiToken: "two" }, /rotation\.apiToken: is not a/],
  [
    "sessions without single sign-on",
    "staging",
    { cookieSecret: 1 },
    /rotation\.cookieSecret: .* this stack has no single sign-on/,
  ],
])("rejects %s", async (_, stack, rotation, expected) => {
  const run = await engine(stack, ({ settings }) => (settings["rotation"] = rotation)).preview(program);
  expect(run.ok).toBe(false);
  expect(run.diagnostics.map(({ message }) => message).join("\n")).toMatch(expected);
});

test("rejects an external Redis", async () => {
  const run = await engine("staging", ({ settings }) => (settings["rotation"] = { redisPassword: 1 })).preview(program);
  expect(run.diagnostics.map(({ message }) => message).join("\n")).toMatch(
    /does not run its own Redis.*flyctl redis reset/,
  );
});
