/** Links of a built site to files, or to headings of pages, that it does not have. `files` has the text of each page. */
export function brokenLinks(files: ReadonlyMap<string, string | undefined>): string[] {
  const ids = new Map(
    [...files].map(([path, html = ""]) => [path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]),
  );
  return [...files].flatMap(([path, html = ""]) =>
    [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].flatMap(([, href = ""]) => {
      if (/^[a-z]+:/i.test(href)) return [];
      const { pathname, hash } = new URL(href, `http://site/${path}`);
      const to = pathname.replace(/\/$/, "/index.html").slice(1);
      if (!files.has(to)) return [`${path}: ${href}: no such page`];
      return hash === "" || ids.get(to)?.has(decodeURIComponent(hash.slice(1)))
        ? []
        : [`${path}: ${href}: no such heading`];
    }),
  );
}
