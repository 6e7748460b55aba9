import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { page } from "./html/page.ts";
import type { RunRecord } from "./input/record.ts";
import { buildReport } from "./model/build.ts";
import { groupsOf, type Layout } from "./layout/layout.ts";
import type { Report } from "./model/model.ts";

/** Up to this number, every resource has its own arrows; a larger drawing would be unreadable. */
const mostLayered = 120;

async function layout({ resources }: Report): Promise<Layout> {
  // The library is large, and only reports need it.
  const leaves = resources.length - groupsOf(resources).size;
  if (leaves > mostLayered) return (await import("./layout/overview.ts")).overview(resources);
  return (await import("./layout/elk.ts")).layered(resources);
}

/** The HTML report of a run. */
export async function renderReport(record: RunRecord): Promise<string> {
  const report = buildReport(record);
  return page(report, await layout(report));
}

/** Writes the report as a private file, because it contains the state without its secrets. */
export async function writeReport(record: RunRecord, file: string): Promise<void> {
  const text = await renderReport(record);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    const why = `${file}: the report cannot be written (${(error as Error).message})`;
    throw new Error(`${why}. The run itself has finished. Choose a file in a writable folder.`, { cause: error });
  }
}
