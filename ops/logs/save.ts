import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifactsFolder } from "../../components/driver/evidence/folder.ts";

/** `20251010T120000Z` */
export function compactUtc(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** Saves a log, readable only by its owner. Returns the path. */
export async function saveLog(text: string, target: "fly" | "kubernetes", at = new Date()): Promise<string> {
  const folder = join(artifactsFolder(), "ops");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `chatwoot-${target}-logs-${compactUtc(at)}.log`);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
