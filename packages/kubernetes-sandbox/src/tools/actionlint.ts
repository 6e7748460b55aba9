import { join } from "node:path";
import { goProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

/** The checker of GitHub's workflows, expressions and shell lines included. Its first build takes a minute. */
export function buildActionlint(onProgress?: OnProgress, env = process.env): Promise<string> {
  return goProgram(
    {
      name: "actionlint",
      module: join(import.meta.dirname, "actionlint"),
      packageName: "github.com/rhysd/actionlint/cmd/actionlint",
      variable: "CHATWOOT_SANDBOX_ACTIONLINT",
    },
    onProgress,
    env,
  );
}
