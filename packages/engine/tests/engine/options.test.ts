import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { unprotect } from "../../src/index.ts";
import { changed, errorsOf, Group, step, TestProvider, TestStack, Thing } from "./support/program.ts";

const one =
  (inputs: Record<string, unknown>, options: pulumi.CustomResourceOptions = {}, name = "a") =>
  async () =>
    Promise.resolve(void new Thing(name, inputs, options));
const none = async () => Promise.resolve();

describe("protect", () => {
  test("rejects a replacement: a preview after the whole plan, an update before any change", async () => {
    const stack = new TestStack();
    await stack.apply(one({ immutable: 1 }, { protect: true }));
    const program = async () => {
      new Thing("a", { immutable: 2 }, { protect: true });
      new Thing("b");
      return Promise.resolve();
    };
    const plan = await stack.preview(program);
    expect(plan).toMatchObject({ ok: false, exitCode: 1 });
    expect(changed(plan)).toContain("create-replacement a");
    expect(errorsOf(plan)).toContain("Remove the `protect` flag");
    const result = await stack.up(program);
    expect(result.ok).toBe(false);
    expect(stack.world.log).not.toContain("delete a");
  });

  test("a protected resource fails at its turn: what does not depend on it is deleted", async () => {
    const stack = new TestStack();
    const program = async () => {
      const a = new Thing("a", {}, { protect: true });
      new Thing("b", {}, { protect: true });
      new Thing("c", {}, { dependsOn: a });
      new Thing("d");
      return Promise.resolve();
    };
    await stack.apply(program);
    const result = await stack.destroy();
    expect(result).toMatchObject({ ok: false, exitCode: 1 });
    expect(errorsOf(result)).toMatch(/Thing::b cannot be deleted because it is protected.*state unprotect/s);
    expect([...stack.world.things.keys()]).toHaveLength(2);
    expect(await unprotect(stack.state, "dev", "all")).toHaveLength(2);
    expect((await stack.destroy()).ok).toBe(true);
    expect(stack.world.things.size).toBe(0);
    await expect(unprotect(stack.state, "dev", ["urn:x"])).rejects.toThrow("no resource urn:x");
  });

  test("a protected resource that depends on all others stops a destroy before the first deletion", async () => {
    const stack = new TestStack();
    const program = async () => {
      const a = new Thing("a");
      const group = new Group("group");
      new Thing("child", {}, { parent: group });
      new Thing("guard", {}, { protect: true, dependsOn: [a, group] });
      return Promise.resolve();
    };
    await stack.apply(program);
    for (const result of [await stack.destroy({ preview: true }), await stack.destroy()]) {
      expect(result).toMatchObject({ ok: false, changes: {} });
      expect(errorsOf(result)).toContain("Thing::guard cannot be deleted because it is protected");
    }
    expect(stack.world.things.size).toBe(3);
  });
});

describe("a requested replacement", () => {
  test("replaces an unchanged resource, moves its dependents to it, and rejects a protected one", async () => {
    const stack = new TestStack();
    const program = async () => {
      const first = new Thing("a", { size: 1 });
      new Thing("b", { label: first.id });
      new Thing("kept", {}, { protect: true });
      return Promise.resolve();
    };
    const { steps } = await stack.apply(program);
    const urnOf = (name: string): string => steps.find(({ urn }) => urn.endsWith(`::${name}`))!.urn;

    const asked = new TestStack({ ...stack.options, replace: [urnOf("a")] });
    const result = await asked.up(program);
    expect(result.ok).toBe(true);
    expect(changed(result)).toEqual(["create-replacement a", "replace a", "update b", "delete-replaced a"]);
    expect((await stack.up(program)).changes).toEqual({ same: 4 });

    const refused = await new TestStack({ ...stack.options, replace: [urnOf("kept")] }).up(program);
    expect(refused.ok).toBe(false);
    expect(errorsOf(refused)).toContain("Remove the `protect` flag");
  });
});

describe("resource options", () => {
  test("retainOnDelete keeps the resource", async () => {
    const stack = new TestStack();
    await stack.apply(one({}, { retainOnDelete: true }));
    expect((await stack.apply(none)).changes).toMatchObject({ delete: 1 });
    expect(stack.world.things.size).toBe(1);
  });

  test("ignoreChanges keeps the value in the state", async () => {
    const stack = new TestStack();
    await stack.apply(one({ size: 1, tags: { a: 1, b: 1 } }));
    const result = await stack.apply(one({ size: 2, tags: { a: 2, b: 2 } }, { ignoreChanges: ["size", "tags.a"] }));
    expect(step(result, "a")).toMatchObject({ op: "update", detailedDiff: { "tags.b": { kind: "update" } } });
    expect(step(result, "a").inputs).toEqual({ size: 1, tags: { a: 1, b: 2 } });
  });

  test("replaceOnChanges replaces", async () => {
    const stack = new TestStack();
    await stack.apply(one({ list: [{ x: 1 }] }, { replaceOnChanges: ["list[*].x"] }));
    const result = await stack.apply(one({ list: [{ x: 2 }] }, { replaceOnChanges: ["list[*].x"] }));
    expect(changed(result)).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
    expect(step(result, "a").detailedDiff).toEqual({ "list[0].x": { kind: "update-replace" } });
  });

  test("aliases rename a resource, and the children of a renamed component with it", async () => {
    const stack = new TestStack();
    const program = (name: string, aliases: pulumi.Alias[]) => async () => {
      const group = new Group(name, { aliases });
      const child = new Thing(`${name}-child`, {}, { parent: group });
      new Thing("user", { from: child.token });
      return Promise.resolve();
    };
    await stack.apply(program("old", []));
    const result = await stack.apply(program("new", [{ name: "old" }]));
    expect(changed(result)).toEqual([]);
    expect(await stack.urns()).toContain("my:index:Group$test:index:Thing::new-child");
    expect(JSON.stringify((await stack.state.load()).resources)).not.toContain("::old");
    expect(stack.world.things.size).toBe(2);
  });

  test("deletedWith, replaceWith and replacementTrigger", async () => {
    const stack = new TestStack();
    const program = (value: string, trigger: string) => async () => {
      const a = new Thing("a", { immutable: value });
      new Thing("with", {}, { deletedWith: a });
      new Thing("also", {}, { replaceWith: [a] });
      new Thing("triggered", {}, { replacementTrigger: trigger });
      return Promise.resolve();
    };
    await stack.apply(program("1", "x"));
    stack.world.log.length = 0;
    const result = await stack.apply(program("2", "y"));
    const replaced = changed(result).filter((line) => line.startsWith("replace "));
    expect(replaced.sort()).toEqual(["replace a", "replace also", "replace triggered", "replace with"]);
    expect(stack.world.log).not.toContain("delete with");
    expect(stack.world.log).toContain("delete also");
  });

  test("customTimeouts reach the state as seconds", async () => {
    const stack = new TestStack();
    const result = await stack.apply(one({}, { customTimeouts: { create: "1m30s", delete: "1h" } }));
    expect(step(result, "a").customTimeouts).toEqual({ create: 90, delete: 3600 });
  });
});

describe("providers", () => {
  test("rejects default providers that the stack disables", async () => {
    for (const setting of ['["*"]', '["test"]']) {
      const stack = new TestStack({
        config: { values: { "pulumi:disable-default-providers": setting }, secretKeys: [] },
      });
      const result = await stack.preview(one({}));
      expect(errorsOf(result)).toBe(
        "Default provider for 'test' disabled. 'test:index:Thing' must use an explicit provider.",
      );
      const explicit = await stack.preview(async () =>
        Promise.resolve(void new Thing("a", {}, { provider: new TestProvider("mine") })),
      );
      expect(errorsOf(explicit)).toBe("");
    }
  });

  test("names a package without a provider", async () => {
    const result = await new TestStack({ providers: {} }).preview(one({}));
    expect(errorsOf(result)).toContain("package 'test': the sandbox engine has no provider for it");
  });

  test("configures default providers from the stack, and inherits explicit ones", async () => {
    const configs: unknown[] = [];
    const stack = new TestStack({ config: { values: { "test:region": "here" }, secretKeys: [] } });
    stack.options.providers["test"] = (config) => {
      configs.push(config);
      return stack.world.provider();
    };
    const result = await stack.apply(async () => {
      const mine = new TestProvider("mine", { region: "there" });
      const group = new Group("g", { providers: [mine] });
      new Thing("child", {}, { parent: group });
      new Thing("other");
      return Promise.resolve();
    });
    expect(configs).toContainEqual({ region: "here" });
    expect(step(result, "child").provider).toContain("::mine::");
    expect(step(result, "other").provider).toContain("::default::");
  });

  test("keeps resources when an explicit provider replaces the default one", async () => {
    const stack = new TestStack();
    await stack.apply(one({}));
    const result = await stack.apply(async () =>
      Promise.resolve(void new Thing("a", {}, { provider: new TestProvider("mine") })),
    );
    expect(changed(result)).toEqual([]);
    expect(step(result, "a").provider).toContain("::mine::");
  });
});
