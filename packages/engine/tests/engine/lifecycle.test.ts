import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { isSecret, unknownMarker } from "../../src/index.ts";
import { changed, errorsOf, Group, step, TestStack, Thing } from "./support/program.ts";

describe("create, update, delete", () => {
  test("creates, does nothing, updates, and deletes what the program no longer declares", async () => {
    const stack = new TestStack();
    const program =
      (size: number, second = true) =>
      async () => {
        const first = new Thing("a", { size });
        if (second) new Thing("b", { from: first.token });
        return Promise.resolve({ token: first.token });
      };
    const created = await stack.apply(program(1));
    expect(changed(created)).toEqual(["create a", "create b"]);
    expect(created.changes).toEqual({ create: 3 });
    expect(created.outputs).toEqual({ token: "token-of-a" });
    expect(step(created, "b").inputs).toEqual({ from: "token-of-a", size: 1 });
    expect(step(created, "b").propertyDependencies).toEqual({ from: [step(created, "a").urn] });

    expect((await stack.apply(program(1))).changes).toEqual({ same: 3 });

    const updated = await stack.apply(program(2));
    expect(changed(updated)).toEqual(["update a"]);
    expect(step(updated, "a")).toMatchObject({ diffs: ["size"], detailedDiff: { size: { kind: "update" } } });

    const deleted = await stack.apply(program(2, false));
    expect(deleted.changes).toEqual({ same: 2, delete: 1 });
    expect(changed(deleted)).toEqual(["delete b"]);
    expect(await stack.urns()).toEqual([
      "pulumi:pulumi:Stack::proj-dev",
      "pulumi:providers:test::default",
      "test:index:Thing::a",
    ]);
  });

  test("shows unknowns in a preview and changes nothing", async () => {
    const stack = new TestStack();
    const result = await stack.preview(async () => {
      const a = new Thing("a");
      new Thing("b", { from: a.token, both: pulumi.interpolate`${a.token}!` });
      return Promise.resolve({ token: a.token });
    });
    expect(errorsOf(result)).toBe("");
    expect(step(result, "b").inputs).toMatchObject({ from: unknownMarker, both: unknownMarker });
    expect(result.outputs).toEqual({ token: unknownMarker });
    expect(await stack.urns()).toEqual([]);
    expect(stack.world.things.size).toBe(0);
  });

  test("destroys in reverse order, a component's dependents before its children", async () => {
    const stack = new TestStack();
    await stack.apply(async () => {
      const group = new Group("g");
      const inner = new Thing("inner", {}, { parent: group });
      new Thing("user", {}, { dependsOn: [group] });
      new Thing("last", { from: inner.token });
      return Promise.resolve();
    });
    stack.world.log.length = 0;
    const result = await stack.destroy();
    expect(result.ok).toBe(true);
    expect(stack.world.log.at(-1)).toBe("delete inner");
    expect(stack.world.log.slice(0, 2).sort()).toEqual(["delete last", "delete user"]);
    expect(await stack.urns()).toEqual([]);
    expect(stack.world.things.size).toBe(0);
  });

  test("runs independent operations in parallel, up to the limit", async () => {
    for (const parallel of [1, 3]) {
      const stack = new TestStack({ parallel });
      const names = ["a", "b", "c", "d", "e", "f"];
      const program = async () => Promise.resolve(void names.map((name) => new Thing(name, { delayMs: 5 })));
      await stack.apply(program);
      expect(stack.world.mostRunning).toBe(parallel);
      stack.world.mostRunning = 0;
      await stack.destroy();
      expect(stack.world.mostRunning).toBe(parallel);
    }
  });
});

describe("replacement", () => {
  const program =
    (value: string, options: pulumi.CustomResourceOptions = {}) =>
    async () => {
      const a = new Thing("a", { immutable: value }, options);
      new Thing("b", { from: a.token });
      new Thing("c", { immutable: a.id });
      return Promise.resolve();
    };

  test("creates before it deletes, and updates the dependents in between", async () => {
    const stack = new TestStack();
    await stack.apply(program("1"));
    stack.world.log.length = 0;
    const result = await stack.apply(program("2"));
    expect(changed(result)).toEqual([
      "create-replacement a",
      "replace a",
      "create-replacement c",
      "replace c",
      "delete-replaced c",
      "delete-replaced a",
    ]);
    expect(stack.world.log).toEqual(["create a", "create c", "delete c", "delete a"]);
    expect(result.changes).toEqual({ same: 2, replace: 2 });
    expect(step(result, "a").replaceKeys).toEqual(["immutable"]);
    expect(stack.world.things.size).toBe(3);
  });

  test("deletes first on request, together with the dependents that the change replaces", async () => {
    const stack = new TestStack();
    await stack.apply(program("1"));
    stack.world.log.length = 0;
    const result = await stack.apply(program("2", { deleteBeforeReplace: true }));
    expect(stack.world.log).toEqual(["delete c", "delete a", "create a", "create c"]);
    expect(result.changes).toEqual({ same: 2, replace: 2 });
    expect(stack.world.things.size).toBe(3);
  });

  test("previews both orders in the same way", async () => {
    for (const options of [{}, { deleteBeforeReplace: true }]) {
      const stack = new TestStack();
      await stack.apply(program("1"));
      const plan = await stack.preview(program("2", options));
      const done = await stack.apply(program("2", options));
      // The token is unknown until the replacement exists, so the preview reports that `b` may change.
      expect(changed(plan).filter((line) => line !== "update b")).toEqual(changed(done));
      expect(plan.changes["replace"]).toBe(done.changes["replace"]);
    }
  });
});

describe("secrets", () => {
  test("marks outputs by inputs and by additionalSecretOutputs", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      const a = new Thing("a", { password: pulumi.secret("planted") }, { additionalSecretOutputs: ["token"] });
      return Promise.resolve({ token: a.token });
    });
    const { outputs } = step(result, "a");
    expect(isSecret(outputs?.["password"])).toBe(true);
    expect(isSecret(outputs?.["token"])).toBe(true);
    expect(isSecret(result.outputs["token"])).toBe(true);
    expect(JSON.stringify(stack.events)).not.toContain("planted");
    expect(JSON.stringify(stack.events)).not.toContain("token-of-a");
  });

  test("keeps secrets out of the engine's messages, even if a provider prints them", async () => {
    const stack = new TestStack();
    const result = await stack.up(async () => {
      new Thing("a", { password: pulumi.secret("planted"), fail: pulumi.secret("planted") });
      return Promise.resolve();
    });
    expect(result.ok).toBe(false);
    expect(errorsOf(result)).toContain("broken: [secret]");
    expect(JSON.stringify([stack.events, result.diagnostics])).not.toContain("planted");
  });
});
