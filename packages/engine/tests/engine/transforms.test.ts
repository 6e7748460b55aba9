import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { isSecret, plain, unknownMarker } from "../../src/index.ts";
import { changed, errorsOf, Group, RemoteGroup, step, TestProvider, TestStack, Thing } from "./support/program.ts";

const note = (text: string): pulumi.ResourceTransform => {
  return ({ props, opts, custom }) =>
    custom ? { props: { ...props, notes: `${props["notes"] ?? ""}${text}` }, opts } : undefined;
};

describe("transforms", () => {
  test("run in order: the resource's, its parents', the stack's", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      pulumi.runtime.registerResourceTransform(note("stack "));
      const outer = new Group("outer", { transforms: [note("outer ")] });
      const inner = new Group("inner", { parent: outer, transforms: [note("inner ")] });
      new Thing("a", {}, { parent: inner, transforms: [note("own ")] });
      new Thing("b");
      return Promise.resolve();
    });
    expect(step(result, "a").inputs["notes"]).toBe("own inner outer stack ");
    expect(step(result, "b").inputs["notes"]).toBe("stack ");
  });

  test("receive secrets and unknowns as outputs, and may return them", async () => {
    const stack = new TestStack();
    const program = async () => {
      const a = new Thing("a");
      const transform: pulumi.ResourceTransform = ({ props, opts }) => ({
        props: {
          ...props,
          louder: pulumi.output(props["password"]).apply((text) => `${String(text)}!`),
          other: a.token,
        },
        opts: pulumi.mergeOptions(opts, { dependsOn: [a], protect: true }),
      });
      new Thing("b", { password: pulumi.secret("planted"), from: a.token }, { transforms: [transform] });
      return Promise.resolve();
    };
    const plan = await stack.preview(program);
    expect(errorsOf(plan)).toBe("");
    const b = step(plan, "b");
    expect(isSecret(b.inputs["louder"])).toBe(true);
    expect(plain(b.inputs["louder"])).toBe("planted!");
    expect(b.inputs).toMatchObject({ other: unknownMarker, from: unknownMarker });
    expect(b.protect).toBe(true);
    expect(b.dependencies).toEqual([step(plan, "a").urn]);
    expect(b.propertyDependencies["from"]).toEqual([step(plan, "a").urn]);
    const done = await stack.apply(program);
    expect(step(done, "b").inputs).toMatchObject({ other: "token-of-a", from: "token-of-a" });
  });

  test("change options: aliases, provider, ignoreChanges, secret outputs, timeouts", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      const other = new TestProvider("other");
      new Thing(
        "a",
        {},
        {
          transforms: [
            ({ props, opts }) => ({
              props,
              opts: pulumi.mergeOptions(opts, {
                provider: other,
                aliases: [{ name: "old" }],
                ignoreChanges: ["size"],
                additionalSecretOutputs: ["token"],
                customTimeouts: { create: "2m" },
                retainOnDelete: true,
              }),
            }),
          ],
        },
      );
      return Promise.resolve();
    });
    const a = step(result, "a");
    expect(a.provider).toContain("pulumi:providers:test::other::");
    expect(a.aliases[0]).toMatchObject({ name: "old" });
    expect(a).toMatchObject({ ignoreChanges: ["size"], retainOnDelete: true, customTimeouts: { create: 120 } });
    expect(isSecret(a.outputs?.["token"])).toBe(true);
  });

  test("fail the run if they throw", async () => {
    const result = await new TestStack().up(async () => {
      new Thing(
        "a",
        {},
        {
          transforms: [
            () => {
              throw new Error("no, thanks");
            },
          ],
        },
      );
      return Promise.resolve();
    });
    expect(result.ok).toBe(false);
    expect(errorsOf(result)).toContain("no, thanks");
  });
});

describe("remote components", () => {
  test("run the component's transforms for each child that its provider registers", async () => {
    const stack = new TestStack();
    const program = async () => {
      const marker = new Thing("marker");
      const transform: pulumi.ResourceTransform = ({ props, opts, type }) =>
        type === "test:index:Thing"
          ? { props: { ...props, seen: true }, opts: pulumi.mergeOptions(opts, { dependsOn: [marker] }) }
          : undefined;
      const remote = new RemoteGroup(
        "r",
        { children: ["one", "two"], note: pulumi.secret("planted") },
        { transforms: [transform] },
      );
      new Thing("after", {}, { dependsOn: [remote] });
      return Promise.resolve({ ids: remote.ids });
    };
    const plan = await stack.preview(program);
    expect(errorsOf(plan)).toBe("");
    expect(step(plan, "r-one").inputs).toMatchObject({ seen: true, from: "r" });
    const result = await stack.apply(program);
    const child = step(result, "r-one");
    expect(child.urn).toContain("test:index:RemoteGroup$test:index:Thing::r-one");
    expect(child.dependencies).toEqual([step(result, "marker").urn]);
    expect(child.parent).toBe(step(result, "r").urn);
    expect(result.outputs["ids"]).toHaveLength(2);
    expect((await stack.apply(program)).changes["same"]).toBe(6);
    stack.world.log.length = 0;
    await stack.destroy();
    expect(stack.world.log[0]).toBe("delete after");
    expect(stack.world.log.at(-1)).toBe("delete marker");
  });

  test("pass options and providers to their children, but no timeouts", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      const other = new TestProvider("other");
      new RemoteGroup(
        "r",
        { children: ["one"] },
        { provider: other, protect: true, retainOnDelete: true, customTimeouts: { create: "20m" } },
      );
      return Promise.resolve();
    });
    expect(step(result, "r-one")).toMatchObject({ protect: true, retainOnDelete: true });
    expect(step(result, "r-one").customTimeouts).toBeUndefined();
    expect(step(result, "r-one").provider).toContain("::other::");
    expect(changed(result)).toEqual(["create r", "create r-one"]);
  });
});
