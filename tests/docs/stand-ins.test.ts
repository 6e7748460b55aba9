import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const stand = [...readdirSync(join(projectFolder, "packages")).map((name) => `packages/${name}`), "sandbox/chatwoot"];

test.each(stand)("%s states what was recorded, from which version, when, and how often it is compared", (folder) => {
  const [, section = ""] = read(`${folder}/README.md`).split(/^## How that was recorded$/m);
  const [head = [], , ...rows] = section
    .split(/^## /m)[0]!
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(head).toEqual(["what", "from", "when", "compared"]);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    const [what = "", from = "", when = "", compared = ""] = row;
    expect(when).toMatch(/^(\d{4}-\d\d-\d\d|not recorded: .+|never)$/);
    expect(compared).toMatch(/every|each|never|when/);
    // What is recorded has a version, and its files and tests exist.
    if (/^\d/.test(when)) expect(`${from} ${what}`).toMatch(/\d+\.\d+|the same/);
    for (const [, path = ""] of row.join(" ").matchAll(/`((?:tests|src)\/[^`]+)`/g))
      expect([
        path,
        [join(projectFolder, folder, path), join(projectFolder, path)].some((each) => existsSync(each)),
      ]).toEqual([path, true]);
  }
});
