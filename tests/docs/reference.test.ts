import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { JsonNode } from "../../scripts/reference/doc-comments.ts";
import { referenceFiles } from "../../scripts/reference/files.ts";
import { secretRows } from "../../scripts/reference/secrets.ts";
import { readText, root } from "./repository.ts";

const written = referenceFiles(root);
const schema = JSON.parse(written["schema/pulumi-stack.schema.json"] ?? "{}") as {
  properties: { config: { allOf: { then: JsonNode }[] } };
};

/** Every key below a node, with its path. */
function keys(node: JsonNode, path = ""): [string, JsonNode][] {
  const below = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.items ? [node.items] : [])];
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, JsonNode][] => [
      [`${path}.${key}`, child],
      ...keys(child, `${path}.${key}`),
    ]),
    ...below.flatMap((child) => keys(child, path)),
  ];
}

const allKeys = schema.properties.config.allOf
  .flatMap(({ then }) => keys(then))
  .filter(([path, { const: choice }]) => choice === undefined && !path.endsWith(".secure"));

describe("the reference", () => {
  test.each(Object.keys(written))("%s is up to date with the program", (path) => {
    expect(readText(path) === written[path], `${path} is out of date. Run \`npm run reference\` and commit it`).toBe(
      true,
    );
  });

  test.each(Object.keys(written))("%s is marked as generated, so that GitHub folds it in a diff", (path) => {
    const attribute = execFileSync("git", ["check-attr", "linguist-generated", path], { cwd: root, encoding: "utf8" });
    expect(attribute).toBe(`${path}: linguist-generated: set\n`);
  });

  test("describes every key", () => {
    expect(allKeys.length).toBeGreaterThan(150);
    const silent = allKeys.filter(([, { description }]) => description === undefined).map(([path]) => path);
    expect(silent, "Give each a doc comment in config/schema, then `npm run reference`").toEqual([]);
  });

  test("no comment states another default than the schema", () => {
    const wrong = allKeys.filter(([, { description = "", default: value }]) => {
      const stated = /\bDefault (\d[\d_]*|true|false)(?=[.,:;])/.exec(description)?.[1];
      return stated !== undefined && stated !== String(value);
    });
    expect(wrong.map(([path, { description, default: value }]) => ({ path, description, value }))).toEqual([]);
  });

  test("every secret is used by at least one stack", () => {
    expect(secretRows().filter(({ needed }) => needed === "")).toEqual([]);
  });
});
