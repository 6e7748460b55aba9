import { describe, expect, test } from "vitest";
import { memoryState, unprotect } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import { stackNames, type StackName } from "../helpers/stack-files.ts";
import { everythingOnFly, everythingOnKubernetes } from "../processes/update/everything.ts";

const none: NonNullable<StackOptions["change"]> = () => undefined;
const stacks: [title: string, stack: StackName, change: NonNullable<StackOptions["change"]>][] = [
  ...stackNames.map((stack) => [stack, stack, none] as [string, StackName, typeof none]),
  ["staging with everything", "staging", everythingOnFly],
  ["prod with everything", "prod", everythingOnKubernetes],
];

describe.each(stacks)("destroy of %s", (_title, stack, change) => {
  test("deletes nothing without a preview either; unprotected, it deletes everything", async () => {
    const state = memoryState();
    const engine = stackEngine(stack, { providers: doubles, state, change });
    expect((await engine.up(program)).ok).toBe(true);
    const before = (await state.load()).resources.map(({ urn }) => urn);

    const refused = await engine.destroy();
    expect(refused.ok).toBe(false);
    expect(refused.diagnostics.map(({ urn }) => urn?.split("::").at(-1))).toEqual(["destroy-guard"]);
    // Nothing can depend on the engine's own provider, which resolves references to resources and holds nothing.
    const held = before.filter((urn) => !urn.endsWith("::pulumi:providers:pulumi::default"));
    expect((await state.load()).resources.map(({ urn }) => urn)).toEqual(held);

    await unprotect(state, stack, "all");
    expect((await engine.destroy()).ok).toBe(true);
    expect((await state.load()).resources).toEqual([]);
  });
});

test("up still removes a part that the guard depends on", async () => {
  const state = memoryState();
  const options = { providers: doubles, state };
  await stackEngine("prod", options).up(program);
  const without: StackOptions["change"] = ({ settings, secrets }) => {
    delete settings["kubernetes"].sso;
    delete secrets["oidcClientId"];
    delete secrets["oidcClientSecret"];
  };
  const { ok, changes } = await stackEngine("prod", { ...options, change: without }).up(program);
  expect(ok).toBe(true);
  expect(changes.delete).toBeGreaterThan(5);
  expect(Object.keys((await stackEngine("prod", { ...options, change: without }).up(program)).changes)).toEqual([
    "same",
  ]);
});
