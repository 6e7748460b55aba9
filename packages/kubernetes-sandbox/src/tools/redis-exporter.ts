import { join } from "node:path";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The exporter that the program deploys, at the version of config/versions.ts. Returns the program. */
export function buildRedisExporter(onProgress?: OnProgress, env = process.env): Promise<string> {
  return goProgram(
    {
      name: "redis_exporter",
      module: join(import.meta.dirname, "redis-exporter"),
      packageName: "github.com/oliver006/redis_exporter",
      variable: "CHATWOOT_SANDBOX_REDIS_EXPORTER",
    },
    onProgress,
    env,
  );
}
