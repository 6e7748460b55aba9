import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ToolCache } from "./cache.ts";
import { builtProgram, goProgram, type GoProgram } from "./go-program.ts";
import type { OnProgress } from "./progress.ts";

const cli: GoProgram = {
  name: "pulumi",
  module: join(import.meta.dirname, "pulumi"),
  packageName: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  // Without it the CLI reports no version, and SDKs refuse it.
  version: {
    module: "github.com/pulumi/pulumi/pkg/v3",
    variable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
  },
};

/**
 * The real Pulumi CLI, without language hosts and plugins: it runs programs that are served to it (`--client`). The first
 * build takes about four minutes.
 */
export function buildPulumi(cache: ToolCache, onProgress?: OnProgress): Promise<string> {
  return goProgram(cache, cli, onProgress);
}

/** The CLI if it was built before. */
export function builtPulumi(cache: ToolCache): string | undefined {
  const program = cache.setting(cli.name) ?? builtProgram(cache, cli);
  return existsSync(program) ? program : undefined;
}
