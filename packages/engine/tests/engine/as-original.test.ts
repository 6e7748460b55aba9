import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { isSecret } from "../../src/index.ts";
import { changed, Group, RemoteGroup, step, TestStack, Thing } from "./support/program.ts";

/** What the comparison with the real engine found; these need no CLI. */

const outputsIn = async ({ state }: TestStack, type: string) =>
  (await state.load()).resources.find((resource) => resource.type === type)?.outputs;
const program = (build: () => unknown) => async () => Promise.resolve(build());

test("a run that fails keeps the stack's outputs, and changes only those that it has", async () => {
  const stack = new TestStack();
  await stack.apply(program(() => ({ one: new Thing("a", { failDelete: "x" }).token, two: 2 })));
  expect((await stack.up(program(() => ({ two: 3 })))).ok).toBe(false);
  expect(await outputsIn(stack, "pulumi:pulumi:Stack")).toEqual({ one: "token-of-a", two: 3 });
});

test("an output becomes secret with its input, where nothing else changed", async () => {
  const stack = new TestStack();
  await stack.apply(program(() => void new Thing("a", { size: 1 })));
  const result = await stack.apply(program(() => void new Thing("a", { size: pulumi.secret(1) })));
  expect(changed(result)).toEqual([]);
  const outputs = await outputsIn(stack, "test:index:Thing");
  expect(isSecret(outputs?.["size"])).toBe(true);
});

test("a program that throws has its registrations answered", async () => {
  const stack = new TestStack();
  const result = await stack.up(
    program(() => {
      new Thing("a");
      throw new Error("thrown");
    }),
  );
  expect([result.ok, changed(result)]).toEqual([false, ["create a"]]);
  expect(await stack.urns()).toContain("test:index:Thing::a");
});

test("a managed resource in place of one that was read is a replacement, which leaves the read one alone", async () => {
  const stack = new TestStack();
  stack.world.things.set("there", { id: "there", type: "test:index:Thing", inputs: {} });
  await stack.apply(program(() => void new Thing("a", {}, { id: "there" })));
  const result = await stack.apply(program(() => void new Thing("a")));
  expect(changed(result)).toEqual(["create-replacement a", "replace a", "discard-replaced a"]);
  expect([...stack.world.things.keys()]).toEqual(["there", "id-1"]);
});

test("keys name what forces a replacement: not a part by option, the id on request, nothing that did not change", async () => {
  const stack = new TestStack();
  const nested = (x: number) =>
    program(() => void new Thing("a", { nested: { x } }, { replaceOnChanges: ["nested.x"] }));
  await stack.apply(nested(1));
  expect(step(await stack.preview(nested(2)), "a", "replace")).toMatchObject({ replaceKeys: [], diffs: ["nested"] });

  const asked = new TestStack({ state: stack.state, replace: [step(await stack.preview(nested(1)), "a").urn] });
  expect(step(await asked.preview(nested(1)), "a", "replace")).toMatchObject({ replaceKeys: ["id"], diffs: [] });
});

test("dependents of what is deleted first are replaced by the keys that depend on it", async () => {
  const stack = new TestStack();
  stack.world.deleteBeforeReplace = true;
  const chain = (immutable: number) =>
    program(() => void new Thing("b", { immutable: new Thing("a", { immutable }).token }));
  await stack.apply(chain(1));
  expect(step(await stack.preview(chain(2)), "b", "create-replacement").replaceKeys).toEqual(["immutable"]);
});

test("a failed deletion of a protected resource is a step, and no event of a preview", async () => {
  const stack = new TestStack();
  await stack.apply(program(() => void new Thing("a", {}, { protect: true })));
  const failures = () => stack.events.filter((event) => "resOpFailedEvent" in event).length;
  expect(step(await stack.preview(program(() => ({}))), "a", "delete").failed).toBe(true);
  expect(failures()).toBe(0);
  expect(step(await stack.destroy(), "a", "delete").failed).toBe(true);
  expect(failures()).toBe(1);
});

test("a protected resource keeps what it depends on, but not the children of a remote component", async () => {
  const stack = new TestStack();
  await stack.apply(
    program(() => {
      const a = new Thing("a");
      const remote = new RemoteGroup("r", { children: ["x"] });
      new Thing("b", { of: a.token }, { dependsOn: remote, protect: true });
      new Thing("c");
    }),
  );
  expect((await stack.destroy()).ok).toBe(false);
  const kept = (await stack.urns()).map((urn) => urn.split("::").at(-1));
  expect(kept).toEqual(expect.arrayContaining(["a", "b", "r"]));
  expect(kept).not.toContain("c");
  expect(kept).not.toContain("r-x");
});

test("a provider without a version has no key of the engine", async () => {
  const stack = new TestStack();
  await stack.apply(program(() => void new Group("g")));
  await stack.apply(program(() => void new Thing("a")));
  const provider = (await stack.state.load()).resources.find(({ type }) => type === "pulumi:providers:test");
  expect(provider?.inputs).toEqual({});
});
