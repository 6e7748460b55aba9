import { expect, test } from "vitest";
import { changesOf } from "./changes.ts";
import { sealed, unsealed } from "./sealed.ts";
import { changedKeys } from "./stack-diff.ts";
import { secret, type Props, type Step } from "pulumi-embedded-engine";

const step = (inputs: Props, oldInputs?: Props, more: Partial<Step> = {}): Step =>
  ({ op: "update", name: "thing", type: "a:b:C", custom: true, protect: false, inputs, oldInputs, ...more }) as Step;

const linesOf = (before: Props, after: Props): [string, string[]][] =>
  changesOf([step(after, before)]).flatMap(({ properties }) =>
    properties.map(({ path, lines }): [string, string[]] => [path, lines]),
  );

const cases: [what: string, before: Props, after: Props, shown: [string, string[]][]][] = [
  ["a number", { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, [["spec.replicas", ["- 2", "+ 3"]]]],
  [
    "the end of a long line",
    { a: `${"x".repeat(500)}1` },
    { a: `${"x".repeat(500)}2` },
    [["a", [`- …${"x".repeat(397)}1"`, `+ …${"x".repeat(397)}2"`]]],
  ],
  ["an added text", {}, { a: "x" }, [["a", ['+ "x"']]]],
  ["a removed object", { a: { b: 1 } }, {}, [["a", ["- b: 1"]]]],
  [
    "a line of fly.toml",
    { environment: { STEP_MACHINE_CONFIG: "a\nb\nc\n" } },
    { environment: { STEP_MACHINE_CONFIG: "a\nB\nc\n" } },
    [["fly.toml", ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]]],
  ],
  ["a key of a JSON text", { a: '{"x":1,"y":2}' }, { a: '{"x":1,"y":3}' }, [["a.y", ["- 2", "+ 3"]]]],
  ["a secret's value", { a: secret("one-planted") }, { a: secret("two-planted") }, [["a", ["~ [secret] changed"]]]],
  [
    "names on standard input",
    { stdin: secret('{"OLD":"one-planted","SAME":"two-planted"}') },
    { stdin: secret('{"NEW":"one-planted","SAME":"three-planted"}') },
    [
      ["stdin.OLD", ["- [secret]"]],
      ["stdin.SAME", ["~ [secret] changed"]],
      ["stdin.NEW", ["+ [secret]"]],
    ],
  ],
  ["a secret that becomes plain", { a: secret("one-planted") }, { a: "open" }, [["a", ["~ [secret] changed"]]]],
  ["the same secret", { a: secret("one-planted") }, { a: secret("one-planted") }, []],
  ["internal properties of the engine", { __defaults: ["a"] }, { __defaults: [] }, []],
];

test.each(cases)("%s", (_what, before, after, shown) => {
  expect(linesOf(before, after)).toEqual(shown);
  expect(JSON.stringify(changesOf([step(after, before)]))).not.toContain("planted");
});

test("marks a property that forces a replacement", () => {
  const detailedDiff = { "metadata.name": { kind: "update-replace" as const } };
  const [change] = changesOf([
    step({ metadata: { name: "b" } }, { metadata: { name: "a" } }, { op: "replace", detailedDiff }),
  ]);
  expect(change).toMatchObject({ op: "replace", properties: [{ path: "metadata.name", replaces: true }] });
});

test("lists deletions first, without components and parts of replacements", () => {
  const named = (op: Step["op"], name: string, custom = true): Step => step({}, {}, { op, name, custom });
  const steps = [named("create", "c"), named("update", "b"), named("delete", "z"), named("same", "s")];
  const parts = [named("create-replacement", "r"), named("delete-replaced", "r"), named("create", "component", false)];
  expect(changesOf([...steps, ...parts]).map(({ op, name }) => `${op} ${name}`)).toEqual([
    "delete z",
    "update b",
    "create c",
  ]);
});

test("seals distinguish values within a run and reveal nothing", () => {
  expect(sealed(secret("a-planted"))).toEqual(sealed(secret("a-planted")));
  expect(sealed(secret("a-planted"))).not.toEqual(sealed(secret("b-planted")));
  expect(unsealed(sealed({ list: [secret(5), "open"] }))).toEqual({ list: ["[secret]", "open"] });
});

test("changed keys of the stack file", () => {
  const before = new Map([
    ["a", "1"],
    ["b", "1"],
    ["c", "1"],
  ]);
  const after = new Map([
    ["a", "1"],
    ["b", "2"],
    ["d", "1"],
  ]);
  expect(changedKeys(before, after)).toEqual(["b", "c", "d"]);
});
