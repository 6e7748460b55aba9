import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { allPages, parsePage, type Page } from "./markdown.ts";
import { files, folders } from "./repository.ts";

const rooted =
  /^(stacks|components|policy|ops|docs|sandbox|tests|bench|scripts|examples|dashboards|schema)\/[\w./@-]+$/;

/** Paths in backticks that do not exist, relative to the root or to the page. */
function missing({ path: page, inlineCode }: Page): string[] {
  return inlineCode
    .filter(({ text }) => rooted.test(text))
    .filter(({ text }) => {
      const path = text.replace(/\/$/, "");
      const beside = normalize(join(dirname(page), path));
      return ![path, beside].some((one) => files.has(one) || folders.has(one));
    })
    .map(({ at, text }) => `${at}: ${text}`);
}

test("every path on a page exists", () => {
  expect(allPages().flatMap(missing)).toEqual([]);
  expect(missing(parsePage("a.md", "`stacks/outputs.ts` `stacks/` `stacks/nothing.ts`"))).toEqual([
    "a.md:1: stacks/nothing.ts",
  ]);
});
