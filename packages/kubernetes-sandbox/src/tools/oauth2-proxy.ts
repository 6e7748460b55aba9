import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The real oauth2-proxy. Returns the program. */
export function buildOauth2Proxy(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(
    cache,
    {
      name: "oauth2-proxy",
      module: join(import.meta.dirname, "oauth2-proxy"),
      packageName: "github.com/oauth2-proxy/oauth2-proxy/v7",
    },
    onProgress,
  );
}
