import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { changed, errorsOf, step, TestStack, RemoteGroup, Thing } from "./support/program.ts";

describe("failures", () => {
  test("keeps resources whose creation began, and drops failed ones", async () => {
    const stack = new TestStack();
    const result = await stack.up(async () => {
      new Thing("slow", { delayMs: 30 });
      const broken = new Thing("broken", { fail: "disk full" });
      new Thing("never", { from: broken.token });
      return Promise.resolve();
    });
    expect(result).toMatchObject({ ok: false, exitCode: 1 });
    expect(errorsOf(result)).toBe("broken: disk full");
    expect(step(result, "broken").failed).toBe(true);
    expect(changed(result)).not.toContain("create never");
    expect(await stack.urns()).toContain("test:index:Thing::slow");
    expect(await stack.urns()).not.toContain("test:index:Thing::broken");
    expect((await stack.state.load()).pendingOperations).toEqual([]);
  });

  test("the other children of a failed remote component finish, and no operation is left pending", async () => {
    const stack = new TestStack();
    const each = { broken: { fail: "now" }, slow: { delayMs: 60 } };
    const result = await stack.up(async () => Promise.resolve(void new RemoteGroup("group", { each })));
    expect(result.ok).toBe(false);
    expect([...stack.world.things.values()]).toHaveLength(1);
    expect(await stack.urns()).toContain("test:index:RemoteGroup$test:index:Thing::group-slow");
    expect((await stack.state.load()).pendingOperations).toEqual([]);
  });

  test("keeps the old state when an update fails, and deletes nothing", async () => {
    const stack = new TestStack();
    await stack.apply(async () => Promise.resolve([new Thing("a", { size: 1 }), new Thing("b")]));
    const result = await stack.up(async () => Promise.resolve(void new Thing("a", { size: 2, fail: "no" })));
    expect(result.ok).toBe(false);
    const { resources } = await stack.state.load();
    expect(resources.find(({ urn }) => urn.endsWith("::a"))?.inputs).toEqual({ size: 1 });
    expect(stack.world.things.size).toBe(2);
  });

  test("keeps a resource that did not become ready, and updates it in the next run", async () => {
    const stack = new TestStack();
    const program = (unready: boolean) => async () => Promise.resolve(void new Thing("a", { unready }));
    const failed = await stack.up(program(true));
    expect(errorsOf(failed)).toBe("not ready yet");
    const { resources } = await stack.state.load();
    expect(resources.at(-1)).toMatchObject({ id: "id-1", initErrors: ["not ready yet"], outputs: { size: 1 } });
    // The program is unchanged: only the errors cause the update.
    const again = await stack.apply(program(true));
    expect(changed(again)).toEqual(["update a"]);
    expect((await stack.state.load()).resources.at(-1)).not.toHaveProperty("initErrors");
    expect(stack.world.things.size).toBe(1);
  });

  test("skips deletions that depend on a failed one, and retries in the next run", async () => {
    const stack = new TestStack();
    await stack.apply(async () => {
      const a = new Thing("a");
      new Thing("b", { from: a.token, failDelete: "busy" });
      return Promise.resolve();
    });
    const result = await stack.destroy();
    expect(errorsOf(result)).toBe("broken: busy");
    expect(stack.world.log).not.toContain("delete a");
    expect(await stack.urns()).toContain("test:index:Thing::a");
  });

  test("reports a check failure with the property", async () => {
    const result = await new TestStack().preview(async () => Promise.resolve(void new Thing("a", { invalid: 1 })));
    expect(errorsOf(result)).toBe(
      "test:index:Thing resource 'a' has a problem: property invalid value is invalid: not allowed",
    );
  });

  test("fails with a program that throws immediately or later", async () => {
    for (const late of [false, true]) {
      const stack = new TestStack();
      const result = await stack.up(async () => {
        const a = new Thing("a");
        if (!late) throw new Error("planned accident");
        return Promise.resolve({
          x: a.token.apply((): string => {
            throw new Error("planned accident");
          }),
        });
      });
      expect(result).toMatchObject({ ok: false, exitCode: 1 });
      expect(errorsOf(result)).toContain("planned accident");
    }
  });

  test("rejects two resources with the same name", async () => {
    const result = await new TestStack().preview(async () => Promise.resolve([new Thing("a"), new Thing("a")]));
    expect(errorsOf(result)).toMatch(/^Duplicate resource URN '.*::a'; try giving it a unique name$/);
  });
});

describe("unsupported features are rejected by name", () => {
  const cases: [string, string, () => unknown][] = [
    ["the option 'import'", "import", () => new Thing("a", {}, { import: "x" })],
    ["assets", "asset", () => new Thing("a", { file: new pulumi.asset.StringAsset("x") })],
    ["archives", "archive", () => new Thing("a", { file: new pulumi.asset.AssetArchive({}) })],
    ["stack references", "StackReference", () => new pulumi.StackReference("org/other/dev")],
    ["resource hooks", "hooks", () => new Thing("a", {}, { hooks: { beforeCreate: [() => undefined] } })],
    [
      "dynamic providers",
      "dynamic",
      () => new (class extends pulumi.dynamic.Resource {})({ create: () => Promise.resolve({ id: "x" }) }, "a", {}),
    ],
  ];
  test.each(cases)("%s", async (feature, _name, make) => {
    const result = await new TestStack().preview(async () => Promise.resolve(void make()));
    expect(result.ok).toBe(false);
    const text = errorsOf(result);
    // The SDK rejects features that the engine does not advertise, by name.
    if (!text.includes("does not support resource hooks"))
      expect(text).toContain(`the sandbox engine does not support ${feature}.`);
  });

  test("component methods and parameterized packages are not advertised", async () => {
    const result = await new TestStack().preview(async () => {
      await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: "x" });
    });
    expect(errorsOf(result)).toContain("the sandbox engine does not support stack references");
  });
});

describe("many runs in one process", () => {
  test("leave no state behind", async () => {
    const stack = new TestStack();
    const program = async () => {
      const group = new pulumi.ComponentResource("my:index:Many", "many");
      for (let i = 0; i < 30; i++) new Thing(`t${i}`, { index: i }, { parent: group });
      return Promise.resolve();
    };
    await stack.preview(program);
    const before = process.listenerCount("unhandledRejection");
    for (let i = 0; i < 20; i++) expect((await stack.preview(program)).ok).toBe(true);
    expect(process.listenerCount("unhandledRejection")).toBe(before);
  });

  test("deliver their messages after a run whose message waits for a resource that never exists", async () => {
    const failed = await new TestStack().up(async () => {
      const broken = new Thing("broken", { fail: "disk full" });
      void pulumi.log.warn("about it", new Thing("never", { from: broken.token }));
      return Promise.resolve();
    });
    expect(failed.ok).toBe(false);
    const stack = new TestStack();
    const result = await stack.apply(async () => Promise.resolve(void pulumi.log.warn("heard")));
    expect(result.diagnostics.map(({ message }) => message)).toEqual(["heard"]);
  });

  test("run in parallel without interference", async () => {
    const stacks = ["one", "two", "three"].map((name) => new TestStack({ stack: name }));
    const results = await Promise.all(
      stacks.map((stack) =>
        stack.apply(async () => {
          const a = new Thing("a", { delayMs: 10 });
          return Promise.resolve({ stack: pulumi.getStack(), urn: a.urn });
        }),
      ),
    );
    expect(results.map(({ outputs }) => outputs["stack"])).toEqual(["one", "two", "three"]);
    expect(results.map(({ outputs }) => String(outputs["urn"]).split(":")[2])).toEqual(["one", "two", "three"]);
  });
});
