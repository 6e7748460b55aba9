import { describe, expect, test } from "vitest";
import { projectFolder } from "../../lib/project-folder.ts";
import { pages } from "../../tests/docs/repository.ts";
import { brokenLinks } from "./built-links.ts";
import { fileOf, pageText, parsePage, readSite, sourcePage, target } from "./pages.ts";
import { link, sidebar, type Item } from "./sidebar.ts";

const site = readSite(projectFolder);
const linksOf = (items: readonly Item[]): string[] =>
  items.flatMap((item) => [...(item.link === undefined ? [] : [item.link]), ...linksOf(item.items ?? [])]);

describe("the documentation site", () => {
  test("has every page, once, in its navigation", () => {
    const expected = pages.filter((path) => !path.startsWith(".github/"));
    expect(linksOf(sidebar(site)).sort()).toEqual(expected.map(link).sort());
  });

  test("groups the pages by folder; a folder's README comes first", () => {
    const groups = sidebar(site);
    expect(groups.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["Start", "Fly", "Kubernetes", "Repository"]),
    );
    expect(groups.find(({ text }) => text === "Fly")?.items?.[0]?.link).toBe("/docs/fly/");
    expect(groups.at(-1)?.items?.[0]?.link).toBe("/");
  });

  test("shows what pages link to outside of the pages", () => {
    expect(site.sources).toEqual(
      expect.arrayContaining(["config/versions.ts", "template", ".github/workflows/deploy.yml"]),
    );
    const kept = new Set([...site.pages.keys(), ...site.sources].map(fileOf));
    for (const [path, page] of site.pages)
      for (const [, url = ""] of pageText(path, page).matchAll(/\]\((\.[^)#]+)/g))
        expect([...kept, ...site.images], `${path}: ${url}`).toContain(target(fileOf(path), url));
  });
});

test("a page links to the files of the site: indexes, sources, headings", () => {
  const text = "[a](../README.md#x) [b](../../config/versions.ts) ![c](c.svg) `[d](e.md)` [e](https://e.org/README.md)";
  expect(pageText("docs/fly/redis.md", parsePage(text))).toBe(
    "[a](../index.md#x) [b](../../source/config/versions.ts.md) ![c](c.svg) `[d](e.md)` [e](https://e.org/README.md)",
  );
});

test("a source is shown as it is, a folder by its names, and the search finds neither", () => {
  expect(sourcePage(projectFolder, "renovate.json")).toMatch(
    /^---\nsearch: false\n[^#]+# renovate.json\n\n~~~~json\n\{/,
  );
  expect(sourcePage(projectFolder, "docs")).toMatch(/~~~~text\nREADME\.md\narchitecture\.md\n[^]*\nfly\/\n/);
});

test("detects links to missing pages and headings in the built site", () => {
  const html =
    '<h2 id="a-b"></h2><a class="x" href="#a-b">1</a><a href="/">2</a><a href="./c.html">3</a><a href="/b.html#d">4</a>';
  expect(
    brokenLinks(
      new Map([
        ["index.html", ""],
        ["b.html", html],
      ]),
    ),
  ).toEqual(["b.html: ./c.html: no such page", "b.html: /b.html#d: no such heading"]);
});
