import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diagram } from "./diagram.ts";
import { stackResources } from "./stack-graph.ts";

const path = "docs/architecture.md";
const stacks = ["staging", "prod"];

/** The page with its marked diagrams replaced by diagrams of the program's resources. */
export async function architectureFiles(root: string): Promise<Record<string, string>> {
  let page = readFileSync(join(root, path), "utf8");
  for (const stack of stacks) {
    const drawn = `\n\n\`\`\`mermaid\n${diagram(await stackResources(root, stack))}\`\`\`\n\n`;
    page = between(page, `<!-- diagram of ${stack}, by npm run reference -->`, "<!-- end -->", drawn);
  }
  return { [path]: page };
}

export function between(text: string, begin: string, end: string, content: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`${path}: the mark ${begin} or the ${end} after it is missing. Put both back.`);
  return text.slice(0, from + begin.length) + content + text.slice(to);
}
