/* Generates the reference, the JSON Schema of stack files and the architecture diagrams: `npm run reference`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { architectureFiles } from "../architecture/page.ts";
import { referenceFiles } from "./files.ts";

const root = join(import.meta.dirname, "../..");
for (const [path, text] of Object.entries({ ...referenceFiles(root), ...(await architectureFiles(root)) })) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}
