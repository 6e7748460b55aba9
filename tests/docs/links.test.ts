import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { allPages, parsePage, readPage, type Page } from "./markdown.ts";
import { files, folders, pages } from "./repository.ts";

/** Links to missing files, and to headings that the page does not have. */
function brokenLinks(page: Page): string[] {
  return page.links.flatMap(({ at, text }) => {
    if (/^[a-z]+:/i.test(text)) return [];
    const [target = "", anchor] = text.split("#");
    const path = target === "" ? page.path : normalize(join(dirname(page.path), target)).replace(/\/$/, "");
    if (path !== page.path && !files.has(path) && !folders.has(path)) return [`${at}: ${text}: no such file`];
    if (anchor === undefined || !path.endsWith(".md")) return [];
    const { anchors } = path === page.path ? page : readPage(path);
    return anchors.has(anchor) ? [] : [`${at}: ${text}: no such heading`];
  });
}

describe("links", () => {
  test.each(pages)("in %s resolve", (path) => {
    expect(brokenLinks(readPage(path))).toEqual([]);
  });

  test("detects a missing file and a missing heading, in tables too", () => {
    const text =
      "# A b\n\n| x |\n| - |\n| [y](nowhere.md) |\n\n[z](#a-b) [z](#a-c) [w](README.md#try-it-two-commands)\n";
    expect(brokenLinks(parsePage("wrong.md", text))).toEqual([
      "wrong.md:5: nowhere.md: no such file",
      "wrong.md:7: #a-c: no such heading",
    ]);
  });

  test("every page is linked from the README, directly or indirectly", () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { text } of readPage(path).links) {
        const to = normalize(join(dirname(path), text.split("#")[0] ?? ""));
        if (!/^[a-z]+:/i.test(text) && to.endsWith(".md") && files.has(to)) visit(to);
      }
    };
    visit("README.md");
    const lost = allPages()
      .map(({ path }) => path)
      .filter((path) => !reached.has(path) && !path.startsWith(".github/"));
    expect(lost, "Link each from docs/README.md, or from a page that is").toEqual([]);
  });
});
