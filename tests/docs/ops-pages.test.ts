import { describe, expect, test } from "vitest";
import { allCode, readPage } from "./markdown.ts";
import { opsProgram } from "./ops-command.ts";
import { readText } from "./repository.ts";

const names = opsProgram().commands.map((command) => command.name());

describe("the ops commands", () => {
  test("are all in the README", () => {
    const code = readPage("README.md").inlineCode.map(({ text }) => text.replace(/^npm run ops -- /, "").split(" ")[0]);
    expect(names.filter((name) => !code.includes(name))).toEqual([]);
  });

  test("are all shown with their stack on a page of their topic", () => {
    const shown = allCode()
      .filter(({ at }) => at.startsWith("docs/"))
      .map(({ text }) => text);
    const silent = names.filter(
      (name) => !shown.some((text) => new RegExp(`ops -- ${name}\\b[^\\n]*--stack`).test(text)),
    );
    expect(silent).toEqual([]);
  });
});

describe("the README", () => {
  const readme = readPage("README.md");
  const opening = readText("README.md").split("\n## ")[0] ?? "";

  test("documents changed defaults before the first heading", () => {
    expect(opening).toMatch(/To change a default.*\(docs\/reference\/config\.md\)/);
  });

  test("links to both stack files, the reference, its secrets and outputs, and the pages", () => {
    const links = readme.links.map(({ text }) => text);
    for (const one of [
      "Pulumi.staging.yaml",
      "Pulumi.prod.yaml",
      "docs/reference/config.md",
      "docs/reference/config.md#secrets",
      "docs/reference/outputs.md",
      "docs/README.md",
      "docs/first-deploy-fly.md",
      "docs/first-deploy-kubernetes.md",
    ])
      expect(links).toContain(one);
  });
});
