import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { table } from "../reference/table.ts";
import { diagram } from "./diagram.ts";
import { rooms } from "./floors.ts";
import { stackResources } from "./stack-graph.ts";

const path = "docs/architecture.md";
const stacks = ["staging", "prod"];

/** The page with its marked parts replaced: the table of folders, and diagrams of the program's resources. */
export async function architectureFiles(root: string): Promise<Record<string, string>> {
  let page = readFileSync(join(root, path), "utf8");
  page = between(page, "<!-- floors, by npm run reference -->", "<!-- end -->", `\n\n${await floorsTable()}\n`);
  for (const stack of stacks) {
    const drawn = `\n\n\`\`\`mermaid\n${diagram(await stackResources(root, stack))}\`\`\`\n\n`;
    page = between(page, `<!-- diagram of ${stack}, by npm run reference -->`, "<!-- end -->", drawn);
  }
  return { [path]: page };
}

async function floorsTable(): Promise<string> {
  const code = (folder: string): string => `\`${folder}/\``;
  const rows = rooms.map(({ folder, holds, uses }) => [code(folder), holds, uses.map(code).join(", ") || "-"]);
  return format(table(["folder, lowest floor first", "contents", "may import"], rows), { parser: "markdown" });
}

export function between(text: string, begin: string, end: string, content: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`${path}: the mark ${begin} or the ${end} after it is missing. Restore both.`);
  return text.slice(0, from + begin.length) + content + text.slice(to);
}
