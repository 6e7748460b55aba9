import { describe, expect, test } from "vitest";
import { memoryState, plain, showOutputs, type RunResult } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { openTexts } from "../helpers/open-texts.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import { stackNames, type StackName } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

const base = `planted-${"a1".repeat(60)}`;
const all = {
  SECRET_KEY_BASE: base,
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "planted-primary",
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "planted-deterministic",
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "planted-salt",
};
const keep =
  (values: Record<string, string>): Change =>
  ({ secrets }) =>
    (secrets["keptSecrets"] = JSON.stringify(values));
const valuesFor = (stack: StackName): Record<string, string> =>
  stack === "prod" ? { ...all, POSTGRES_PASSWORD: "planted-password" } : all;

const messagesOf = ({ diagnostics }: RunResult): string => diagnostics.map(({ message }) => message).join("\n");
const revealed = (run: RunResult): string => JSON.stringify(showOutputs(run.outputs, { showSecrets: true }));

describe.each(stackNames)("%s adopts the secrets of an existing Chatwoot", (stack) => {
  const deploy = async (change: Change) => {
    const state = memoryState();
    const run = await stackEngine(stack, { providers: doubles, state, change }).up(program);
    return { state, run };
  };

  test("and passes them to Chatwoot, only in secret values", async () => {
    const { run } = await deploy(keep(valuesFor(stack)));
    expect(run.ok, messagesOf(run)).toBe(true);
    for (const value of Object.values(valuesFor(stack))) expect(revealed(run)).toContain(value);
    const open = run.steps.flatMap(({ inputs, outputs }) => [...openTexts(inputs), ...openTexts(outputs ?? {})]);
    expect(open.filter((text) => text.includes("planted"))).toEqual([]);
    const tied = run.steps.filter(({ name }) => name.endsWith("-kept"));
    expect(tied.map(({ protect }) => protect)).toEqual(Object.keys(valuesFor(stack)).map(() => true));
    expect(new Set(tied.map(({ inputs }) => JSON.stringify(plain(inputs["keepers"])))).size).toBe(tied.length);
  });

  test("generates secrets that are not adopted", async () => {
    const { run } = await deploy(keep({ SECRET_KEY_BASE: base }));
    expect(revealed(run)).toContain(base);
    const tied = run.steps.filter(({ name }) => name.endsWith("-kept")).map(({ name }) => name);
    expect(tied).toEqual(["secrets-secret-key-base-kept"]);
  });

  const later: [what: string, before: Change, after: Change][] = [
    ["removal", keep(valuesFor(stack)), () => {}],
    ["change", keep(valuesFor(stack)), keep({ ...valuesFor(stack), SECRET_KEY_BASE: `${base}b` })],
  ];
  test.each(later)("rejects a later %s in the preview", async (_, before, after) => {
    const { state } = await deploy(before);
    const preview = await stackEngine(stack, { providers: doubles, state, change: after }).preview(program);
    expect(preview.ok).toBe(false);
    expect(messagesOf(preview)).toMatch(/secrets-secret-key-base[\s\S]*protect/);
    expect(messagesOf(preview)).not.toContain("planted");
  });

  test("even if a first run was rejected and has generated other secrets", async () => {
    const { state } = await deploy(() => {});
    const run = await stackEngine(stack, { providers: doubles, state, change: keep(valuesFor(stack)) }).up(program);
    expect(run.ok, messagesOf(run)).toBe(true);
    for (const value of Object.values(valuesFor(stack))) expect(revealed(run)).toContain(value);
    const replaced = run.steps.filter(({ op }) => /replace|delete/.test(op)).map(({ name }) => name);
    // The preparation runs again, with its scripts; nothing that holds data.
    expect(new Set(replaced)).toEqual(new Set(stack === "prod" ? ["preparation-script"] : []));
  });

  test("removing them changes nothing", async () => {
    const { state } = await deploy(keep(valuesFor(stack)));
    const again = await stackEngine(stack, { providers: doubles, state, change: keep(valuesFor(stack)) }).up(program);
    expect(Object.keys(again.changes)).toEqual(["same"]);
  });
});
