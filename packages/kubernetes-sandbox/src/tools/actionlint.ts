import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The linter of GitHub workflows, including expressions and shell commands. Its first build takes a minute. */
export function buildActionlint(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(
    cache,
    {
      name: "actionlint",
      module: join(import.meta.dirname, "actionlint"),
      packageName: "github.com/rhysd/actionlint/cmd/actionlint",
    },
    onProgress,
  );
}
