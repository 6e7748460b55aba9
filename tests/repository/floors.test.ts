import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";
import { expect, onTestFinished, test } from "vitest";
import { rooms } from "../../scripts/architecture/floors.ts";
import config from "../../scripts/architecture/import-rules.ts";
import { files } from "../docs/repository.ts";

/** The rules that files violate, by path and text. */
async function broken(texts: Record<string, string>): Promise<{ rule: string; from: string; to: string }[]> {
  const folder = mkdtempSync(join(tmpdir(), "floors-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const options: ICruiseOptions = {
    ...config.options,
    ...{ ruleSet: { forbidden: config.forbidden ?? [] }, validate: true, baseDir: folder, cache: false },
  };
  const { output } = await cruise(Object.keys(texts), options);
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

test("rejects an import of a higher layer, and accepts one of a lower layer", async () => {
  expect(
    await broken({
      "lib/redact.ts": 'import "../ops/main.ts";\nimport "node:fs";\n',
      "ops/main.ts": 'import "../stacks/outputs.ts";\n',
      "stacks/outputs.ts": "export {};\n",
    }),
  ).toEqual([{ rule: "lib uses only the floors below it", from: "lib/redact.ts", to: "ops/main.ts" }]);
});

test("a type counts like a value, and a test may import its subject", async () => {
  expect(
    await broken({
      "components/fly/app.ts": 'import type { Edge } from "../kubernetes/edge.ts";\nexport type App = Edge;\n',
      "components/fly/app.test.ts": 'import "../../sandbox/main.ts";\n',
      "components/kubernetes/edge.ts": "export type Edge = string;\n",
      "sandbox/main.ts": "export {};\n",
    }),
  ).toEqual([
    {
      rule: "components/fly uses only the floors below it",
      from: "components/fly/app.ts",
      to: "components/kubernetes/edge.ts",
    },
  ]);
});

test("a package imports nothing from the product, not even in tests", async () => {
  const [found] = await broken({
    "packages/engine/src/urn.test.ts": 'import "../../../lib/json.ts";\n',
    "lib/json.ts": "export {};\n",
  });
  expect(found?.rule).toBe("packages/engine uses only the floors below it");
});

test("rejects a cycle", async () => {
  const found = await broken({ "lib/a.ts": 'import "./b.ts";\n', "lib/b.ts": 'import "./a.ts";\n' });
  expect(found.map(({ rule }) => rule)).toContain("no import cycles");
});

test("every folder with sources is a layer, or may import everything", () => {
  const free = ["bench", "scripts", "tests", "dashboards", "docs"];
  const sources = [...files].filter((path) => /^[^/]+\/.*\.ts$/.test(path));
  const homeless = sources.filter(
    (path) => !rooms.some(({ folder }) => path.startsWith(`${folder}/`)) && !free.includes(path.split("/")[0]!),
  );
  expect(homeless.filter((path) => !path.endsWith(".test.ts"))).toEqual([]);
});
