import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { artifactsFolder } from "../../components/driver/evidence/folder.ts";

/** Saves a file to artifacts/ops, readable only by its owner. Returns the path to print. */
export async function saveEvidence(name: string, text: string): Promise<string> {
  const folder = join(artifactsFolder(), "ops");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  const shown = relative(process.cwd(), path);
  return shown.startsWith("..") ? path : shown;
}
