import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const lines = readFileSync(join(projectFolder, ".github", "CODEOWNERS"), "utf8").split("\n");
const active = lines.filter((line) => line !== "" && !line.startsWith("#"));
const rules = active.map((line) => {
  const [path = "", ...owners] = line.split(/\s+/);
  return { path, owners };
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

test("every rule has an owner, and what decides the review has a rule", () => {
  expect(rules.filter(({ owners }) => owners.length === 0)).toEqual([]);
  for (const path of ["/.github/", "/scripts/ci/", "/policy/", "/preview/", "/package-lock.json"])
    expect(rules.map((rule) => rule.path)).toContain(path);
});

test("no email address", () => {
  expect(lines.filter((line) => /\S@[\w-]+\.\w+/.test(line))).toEqual([]);
});
