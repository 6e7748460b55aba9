import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { changed, errorsOf, step, TestStack, Thing } from "./support/program.ts";

describe("getters and invokes", () => {
  test("reads an external resource without managing it", async () => {
    const stack = new TestStack();
    stack.world.things.set("there", { id: "there", type: "test:index:Thing", inputs: { size: 7 } });
    const program = (id: string) => async () => {
      const found = new Thing("found", {}, { id });
      return Promise.resolve({ token: found.token, size: found.size });
    };
    const result = await stack.apply(program("there"));
    expect(result.outputs).toEqual({ token: "token-of-there", size: 7 });
    expect(step(result, "found")).toMatchObject({ op: "read", external: true });
    expect(result.changes).toEqual({ create: 1, read: 1 });
    expect(errorsOf(await stack.preview(program("nowhere")))).toContain("'nowhere' does not exist");
    expect(changed(await stack.destroy())).toEqual(["discard found"]);
    expect(stack.world.things.size).toBe(1);
  });

  test("releases a managed resource that the program now only reads, and takes it back", async () => {
    const stack = new TestStack();
    const managed = async () => Promise.resolve({ id: new Thing("kept", { size: 1 }, { protect: true }).id });
    const { outputs } = await stack.apply(managed);
    const id = String(outputs["id"]);
    const read = async () => Promise.resolve({ size: new Thing("kept", {}, { id }).size });
    expect(changed(await stack.apply(read))).toEqual(["read kept"]);
    expect(stack.world.things.has(id)).toBe(true);
    expect(changed(await stack.destroy())).toEqual(["discard kept"]);
    expect(stack.world.things.has(id)).toBe(true);
  });

  test("deletes a managed resource in whose place the program reads another", async () => {
    const stack = new TestStack();
    const { outputs } = await stack.apply(async () => Promise.resolve({ id: new Thing("one", { size: 1 }).id }));
    stack.world.things.set("there", { id: "there", type: "test:index:Thing", inputs: { size: 7 } });
    await stack.apply(async () => Promise.resolve({ size: new Thing("one", {}, { id: "there" }).size }));
    expect(stack.world.things.has(String(outputs["id"]))).toBe(false);
    expect(stack.world.things.has("there")).toBe(true);
  });

  test("calls a provider's functions, and returns their errors to the program", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      const { answer } = (await pulumi.runtime.invoke("test:index:ask", { question: "why" })) as { answer: string };
      const failed = await pulumi.runtime.invoke("test:index:ask", { fail: "x" }).then(
        () => "no",
        () => "caught",
      );
      const a = new Thing("a");
      const late = pulumi.runtime.invokeOutput("test:index:ask", { question: a.token });
      return { answer, failed, late };
    });
    expect(result.outputs).toEqual({
      answer: "test:index:ask/why",
      failed: "caught",
      late: { answer: "test:index:ask/token-of-a" },
    });
  });

  test("resolves references to resources", async () => {
    const stack = new TestStack();
    const result = await stack.apply(async () => {
      const a = new Thing("a");
      const b = new Thing("b", { target: a });
      return Promise.resolve({ a, b: b.urn });
    });
    expect(errorsOf(result)).toBe("");
    // The provider gets the id.
    expect(step(result, "b").inputs["target"]).toBe("id-1");
    expect(result.outputs["a"]).toMatchObject({ id: "id-1", token: "token-of-a" });
  });
});
