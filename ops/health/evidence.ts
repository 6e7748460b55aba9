import { appendFile, mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { artifactsFolder } from "../../components/driver/evidence/folder.ts";
import type { CheckResult } from "./check.ts";

export interface Run {
  at: string;
  target: string;
  url: string;
  ok: boolean;
  results: readonly CheckResult[];
}

/** Appends a run as a line of JSON to `artifacts/ops/NAME.jsonl`, readable only by its owner. Returns the path. */
export async function saveRun(name: string, run: Run): Promise<string> {
  const folder = join(artifactsFolder(), "ops");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.jsonl`);
  await appendFile(path, `${JSON.stringify(run)}\n`, { mode: 0o600 });
  const shown = relative(process.cwd(), path);
  return shown.startsWith("..") ? path : shown;
}
