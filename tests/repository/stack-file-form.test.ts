import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { stackNames } from "../helpers/stack-files.ts";
import { asPulumiWrites } from "./stack-file-form.ts";

const recorded = join(import.meta.dirname, "recorded/stack-files");
const read = (folder: string, stack: string): string => readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8");

describe("Pulumi's format of stack files", () => {
  test.each(stackNames)("equals the recording of the real CLI for %s", (stack) => {
    expect(asPulumiWrites(read(join(recorded, "before"), stack))).toBe(read(join(recorded, "after"), stack));
  });

  test.each(stackNames)(
    "is the format of the committed stack file of %s, so that setting a key changes no other",
    (stack) => {
      const text = read(projectFolder, stack);
      expect(asPulumiWrites(text)).toBe(text);
    },
  );

  const rewritten: [string, string, string][] = [
    ["a space inside braces", "a: { b: 1 }\n", "a: {b: 1}\n"],
    ["an address inside braces", "a: {b: https://c.example}\n", "a: {b: 'https://c.example'}\n"],
    ["an empty line", "a: 1\n\nb: 2\n", "a: 1\nb: 2\n"],
    ["four spaces of indentation", "a:\n    b: 1\n", "a:\n  b: 1\n"],
    ["a list without indentation", "a:\n- 1\n", "a:\n  - 1\n"],
  ];
  test.each(rewritten)("Pulumi rewrites %s", (_, text, expected) => {
    expect(asPulumiWrites(text)).toBe(expected);
  });

  const kept: [string, string][] = [
    ["comments", "# above\na:\n  # inside\n  b: 1 # beside\n"],
    ["quotes", "a: \"b\"\nc: 'd'\n"],
    ["a long line", `a: ${"word ".repeat(60)}end\n`],
    ["an address outside braces", "a: https://c.example\n"],
  ];
  test.each(kept)("Pulumi keeps %s", (_, text) => {
    expect(asPulumiWrites(text)).toBe(text);
  });
});
