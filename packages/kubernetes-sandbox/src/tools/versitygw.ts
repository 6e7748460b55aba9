import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** An S3 server that verifies signatures and stores objects in a folder. Returns the program. */
export function buildVersitygw(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(
    cache,
    {
      name: "versitygw",
      module: join(import.meta.dirname, "versitygw"),
      packageName: "github.com/versity/versitygw/cmd/versitygw",
    },
    onProgress,
  );
}
