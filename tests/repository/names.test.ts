import { expect, test } from "vitest";
import { files, readText } from "../docs/repository.ts";

/** What the package.json files of the repository name as entries. */
const entries = [...files]
  .filter((path) => /(^|\/)package\.json$/.test(path))
  .flatMap((path) => {
    const { exports = {} } = JSON.parse(readText(path)) as { exports?: Record<string, string> };
    return Object.values(exports).map((entry) => path.replace("package.json", entry.replace("./", "")));
  });

test("index.ts is an entry of a package or a Pulumi program; other files are named for what they hold", () => {
  const programs = [...files]
    .filter((path) => path.endsWith("Pulumi.yaml"))
    .map((path) => path.replace("Pulumi.yaml", ""));
  const indexes = [...files].filter((path) => path.endsWith("index.ts"));
  expect(indexes.length).toBeGreaterThan(3);
  const others = indexes.filter(
    (path) => !entries.includes(path) && !programs.some((folder) => path === `${folder}index.ts`),
  );
  expect(others).toEqual([]);
});
