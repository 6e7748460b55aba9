import { join } from "node:path";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The real oauth2-proxy at the version of the image that is deployed. Returns the program. */
export function buildOauth2Proxy(onProgress?: OnProgress): Promise<string> {
  return goProgram(
    {
      name: "oauth2-proxy",
      module: join(import.meta.dirname, "oauth2-proxy"),
      packageName: "github.com/oauth2-proxy/oauth2-proxy/v7",
      variable: "CHATWOOT_SANDBOX_OAUTH2_PROXY",
    },
    onProgress,
  );
}
