import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, normalize, relative } from "node:path";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toString } from "mdast-util-to-string";
import { visit } from "unist-util-visit";

/** What the site has, by the path in the repository. */
export interface Site {
  /** Pages for readers: the README, and every page that is reached from it by links. */
  pages: Map<string, SitePage>;
  /** Files and folders of the repository that pages link to: each becomes a page that shows it. */
  sources: string[];
  images: string[];
}

export interface SitePage {
  title: string;
  text: string;
  links: Link[];
}

/** A link to a file of the repository. */
interface Link {
  /** Its address, without the anchor, and where it stands in the text. */
  url: string;
  start: number;
  image: boolean;
}

export function parsePage(text: string): SitePage {
  const page: SitePage = { title: "", text, links: [] };
  visit(fromMarkdown(text), (node: Nodes) => {
    if (node.type === "heading" && page.title === "") page.title = toString(node);
    if (node.type !== "link" && node.type !== "image" && node.type !== "definition") return;
    const url = node.url.split("#")[0] ?? "";
    if (url === "" || /^[a-z]+:/i.test(node.url)) return;
    const start = text.lastIndexOf(url, node.position?.end.offset ?? 0);
    page.links.push({ url, start, image: node.type === "image" });
  });
  return page;
}

/** The path in the repository of a link on a page. */
export const target = (page: string, url: string): string => normalize(join(dirname(page), url)).replace(/\/$/, "");

/** Reads the README and follows its links. */
export function readSite(root: string): Site {
  const site: Site = { pages: new Map(), sources: [], images: [] };
  const sources = new Set<string>();
  const images = new Set<string>();
  const add = (path: string): void => {
    if (site.pages.has(path)) return;
    const page = parsePage(readFileSync(join(root, path), "utf8"));
    site.pages.set(path, page);
    for (const { url, image } of page.links) {
      const to = target(path, url);
      if (image) images.add(to);
      else if (to.endsWith(".md")) add(to);
      else sources.add(to);
    }
  };
  add("README.md");
  return { ...site, sources: [...sources].sort(), images: [...images].sort() };
}

/** The file of the site that shows a path: a folder's README is its index. VitePress does not read hidden folders. */
export const fileOf = (path: string): string =>
  path.endsWith(".md")
    ? path.replace(/(^|\/)README\.md$/, "$1index.md")
    : `source/${path.replaceAll(/(^|\/)\./g, "$1")}.md`;

/** A page's text, with links to the files of the site. */
export function pageText(path: string, { text, links }: SitePage): string {
  const from = dirname(fileOf(path));
  return links
    .filter(({ image }) => !image)
    .toSorted((a, b) => b.start - a.start)
    .reduce((done, { url, start }) => {
      const to = relative(from, fileOf(target(path, url)));
      return done.slice(0, start) + (to.startsWith(".") ? to : `./${to}`) + done.slice(start + url.length);
    }, text);
}

/** A page that shows a file of the repository, or the names in a folder. The search does not find it. */
export function sourcePage(root: string, path: string): string {
  const folder = statSync(join(root, path)).isDirectory();
  const text = folder
    ? readdirSync(join(root, path), { withFileTypes: true })
        .map((entry) => `${entry.name}${entry.isDirectory() ? "/" : ""}`)
        .sort()
        .join("\n")
    : readFileSync(join(root, path), "utf8").trimEnd();
  const language = folder ? "text" : extname(path).slice(1) || "text";
  return `---\nsearch: false\noutline: false\n---\n\n# ${path}\n\n~~~~${language}\n${text}\n~~~~\n`;
}
