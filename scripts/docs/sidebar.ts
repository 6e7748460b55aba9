import type { DefaultTheme } from "vitepress";
import { fileOf, type Site } from "./pages.ts";

export type Item = DefaultTheme.SidebarItem;

/** The navigation is the folder tree: the pages of `docs/`, a group for each of its folders, and the rest of the repository. */
export function sidebar({ pages }: Site): Item[] {
  const groups = new Map<string, string[]>();
  for (const path of [...pages.keys()].sort()) {
    const [top = "", folder = "", ...rest] = path.split("/");
    const group = top !== "docs" ? "" : rest.length > 0 ? folder : "docs";
    groups.set(group, [...(groups.get(group) ?? []), path]);
  }
  const item = (path: string): Item => ({ text: pages.get(path)?.title ?? path, link: link(path) });
  const items = (group: string): Item[] => {
    const index = group === "" ? "README.md" : group === "docs" ? "docs/README.md" : `docs/${group}/README.md`;
    return (groups.get(group) ?? []).toSorted((a, b) => Number(b === index) - Number(a === index)).map(item);
  };
  const folders = [...groups.keys()].filter((group) => group !== "" && group !== "docs");
  return [
    { text: "Start", items: items("docs") },
    ...folders.map((group) => ({ text: capital(group), collapsed: true, items: items(group) })),
    { text: "Repository", collapsed: true, items: items("") },
  ];
}

/** The address of a page. */
export const link = (path: string): string =>
  `/${fileOf(path)
    .replace(/(^|\/)index\.md$/, "$1")
    .replace(/\.md$/, "")}`;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
