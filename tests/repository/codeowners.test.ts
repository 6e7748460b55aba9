import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const lines = readFileSync(join(projectFolder, ".github", "CODEOWNERS"), "utf8").split("\n");
/** A rule, enabled or still commented out. */
const rules = lines.flatMap((line) => {
  const [, path, owners] = /^(?:# )?(\*|\/\S+)\s+(@.*)$/.exec(line) ?? [];
  return path === undefined ? [] : [{ line, path, owners: owners!.split(/\s+/) }];
});

test("there are rules, and the first one covers everything", () => {
  expect(rules.length).toBeGreaterThan(5);
  expect(rules[0]!.path).toBe("*");
});

test.each(rules)("$path exists", ({ path }) => {
  if (path !== "*") expect(existsSync(join(projectFolder, path))).toBe(true);
});

test.each(rules)("$path is owned by teams, not by users", ({ owners }) => {
  for (const owner of owners) expect(owner).toMatch(/^@[\w-]+\/[\w-]+$/);
});

test("a rule with the placeholder is never enabled: GitHub would report it as an error", () => {
  expect(lines.filter((line) => !line.startsWith("#") && line.includes("@ORGANIZATION"))).toEqual([]);
});

test("no email address", () => {
  expect(lines.filter((line) => /\S@[\w-]+\.\w+/.test(line))).toEqual([]);
});
