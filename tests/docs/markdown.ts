import GithubSlugger from "github-slugger";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toString } from "mdast-util-to-string";
import { visit } from "unist-util-visit";
import { pages, readText } from "./repository.ts";

/** A text on a page, and its position. */
export interface Found {
  /** `docs/fly/redis.md:12`. */
  at: string;
  text: string;
}

export interface Page {
  path: string;
  /** The targets of links and images. */
  links: Found[];
  /** The anchors of a page, as GitHub names its headings. */
  anchors: ReadonlySet<string>;
  inlineCode: Found[];
  blocks: (Found & { language: string })[];
}

const read = new Map<string, Page>();

export function readPage(path: string): Page {
  const known = read.get(path) ?? parsePage(path, readText(path));
  read.set(path, known);
  return known;
}

export const allPages = (): Page[] => pages.map(readPage);

/** All code on a page that a reader may copy: inline and in blocks. */
export const allCode = (): Found[] =>
  allPages().flatMap(({ inlineCode, blocks }) => [
    ...inlineCode,
    ...blocks.map(({ at, text }) => ({ at, text: text.replaceAll(/\\\n\s*/g, " ") })),
  ]);

export function parsePage(path: string, text: string): Page {
  const page: Page = { path, links: [], anchors: new Set(), inlineCode: [], blocks: [] };
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  visit(fromMarkdown(text), (node: Nodes) => {
    const at = `${path}:${node.position?.start.line ?? 0}`;
    if (node.type === "heading") anchors.add(slugger.slug(toString(node)));
    else if (node.type === "link" || node.type === "image" || node.type === "definition")
      page.links.push({ at, text: node.url });
    else if (node.type === "inlineCode") page.inlineCode.push({ at, text: node.value });
    else if (node.type === "code") page.blocks.push({ at, text: node.value, language: node.lang ?? "" });
    else if (node.type === "html")
      for (const [, id] of node.value.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id as string);
  });
  return { ...page, anchors };
}
