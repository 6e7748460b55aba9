/* Writes the reference of configuration and outputs, and the JSON Schema of stack files: `npm run reference`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { referenceFiles } from "./files.ts";

const root = join(import.meta.dirname, "../..");
for (const [path, text] of Object.entries(referenceFiles(root))) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}
