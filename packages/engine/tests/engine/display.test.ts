import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { detailedDiff, stepList, summaryLine } from "../../src/display/index.ts";
import { Group, TestStack, Thing } from "./support/program.ts";

const script = (port: number) =>
  [
    "#!/bin/sh",
    "set -e",
    ...Array.from({ length: 8 }, (_, i) => `echo ${i}`),
    `serve --port ${port}`,
    "exit 0",
    "",
  ].join("\n");

const program = (second: boolean) => async () => {
  const group = new Group("group");
  const a = new Thing(
    "a",
    second
      ? { password: pulumi.secret("planted2"), list: [1, 3], script: script(2), added: { x: "y" } }
      : { password: pulumi.secret("planted1"), list: [1, 2], script: script(1), gone: true },
    { parent: group, protect: true },
  );
  new Thing("replaced", { immutable: second ? "new" : "old" }, { parent: group });
  if (second) new Thing("fresh", { from: a.token, other: new Thing("unknown", {}).token });
  else new Thing("dropped", {});
  return Promise.resolve();
};

async function plan() {
  const stack = new TestStack();
  await stack.apply(program(false));
  stack.events.length = 0;
  const result = await stack.preview(program(true));
  return { events: stack.events, result };
}

describe("the display", () => {
  test("shows a detailed diff as a tree", async () => {
    expect(detailedDiff((await plan()).events, { color: false })).toMatchInlineSnapshot(`
      "   pulumi:pulumi:Stack: proj-dev (same)
           my:index:Group: group (same)
          +- test:index:Thing: replaced (replace)
               ~ immutable: "old" => "new" # forces replacement
          ~  test:index:Thing: a (update)
               protected
               - gone: true
               ~ list[1]: 2 => 3
               ~ password: [secret] => [secret]
               ~ script:
                   @@ -9,4 +9,4 @@
                    echo 6
                    echo 7
                   -serve --port 1
                   +serve --port 2
                    exit 0
               + added: { x: "y" }
        +  test:index:Thing: unknown (create)
             size: 1
        +  test:index:Thing: fresh (create)
             size: 1
             from: "token-of-a"
             other: [unknown]
        -  test:index:Thing: dropped (delete)"
    `);
  });

  test("lists the steps, and sums them up", async () => {
    const { events, result } = await plan();
    expect(stepList(events, { color: false })).toMatchInlineSnapshot(`
      " + create   test:index:Thing  unknown
      +- replace  test:index:Thing  replaced  [diff: immutable]
       ~ update   test:index:Thing  a  [diff: gone, list, password, script, added]
       + create   test:index:Thing  fresh
       - delete   test:index:Thing  dropped"
    `);
    expect(summaryLine(result.changes, { preview: true })).toMatchInlineSnapshot(
      `"2 to create, 1 to update, 1 to replace, 1 to delete, 2 unchanged"`,
    );
    expect(summaryLine({}, { preview: false })).toBe("no resources");
  });

  test("uses colour only on request, and stays within 100 columns", async () => {
    const { events } = await plan();
    const plainText = detailedDiff(events, { color: false });
    const coloured = detailedDiff(events, { color: true });
    expect(coloured).toContain("\u001b[");
    // eslint-disable-next-line no-control-regex -- colours are control characters
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(plainText);
    expect(plainText.split("\n").every((line) => line.length <= 100)).toBe(true);
    expect(plainText).not.toContain("planted");
  });
});
