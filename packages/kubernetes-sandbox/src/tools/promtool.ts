import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** Prometheus' tool for checking rules. Its first build takes some minutes. Returns the program. */
export function buildPromtool(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(
    cache,
    {
      name: "promtool",
      module: join(import.meta.dirname, "promtool"),
      packageName: "github.com/prometheus/prometheus/cmd/promtool",
      // Without the service discovery clients of the clouds, a third of the build.
      tags: ["remove_all_sd"],
    },
    onProgress,
  );
}
