import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The Redis exporter for Prometheus. Returns the program. */
export function buildRedisExporter(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(
    cache,
    {
      name: "redis_exporter",
      module: join(import.meta.dirname, "redis-exporter"),
      packageName: "github.com/oliver006/redis_exporter",
    },
    onProgress,
  );
}
