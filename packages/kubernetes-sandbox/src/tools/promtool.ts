import { join } from "node:path";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** Prometheus' own tool for rules. Its first build takes some minutes. Returns the program. */
export function buildPromtool(onProgress?: OnProgress, env = process.env): Promise<string> {
  return goProgram(
    {
      name: "promtool",
      module: join(import.meta.dirname, "promtool"),
      packageName: "github.com/prometheus/prometheus/cmd/promtool",
      // Without the clients of every cloud, which find what to scrape and are a third of the build.
      tags: ["remove_all_sd"],
      variable: "CHATWOOT_SANDBOX_PROMTOOL",
    },
    onProgress,
    env,
  );
}
