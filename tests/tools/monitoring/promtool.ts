import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { buildPromtool, progressPrinter } from "kubernetes-sandbox/tools";
import { toolCache } from "../../../preview/tool-cache.ts";

export interface Promtool {
  /** Runs it in a folder with these files, and returns its output; throws with the output on failure. */
  run(files: Record<string, unknown>, ...args: string[]): Promise<string>;
}

/** The real promtool. If it cannot be built, the tests fail and name the missing tool. */
export async function promtool(): Promise<Promtool> {
  const program = await buildPromtool(toolCache, progressPrinter(process.stderr));
  return {
    async run(files, ...args) {
      const cwd = mkdtempSync(join(tmpdir(), "chatwoot-promtool-"));
      try {
        for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), stringify(content));
        const { all, exitCode } = await execa(program, args, { cwd, all: true, reject: false, timeout: 120_000 });
        if (exitCode !== 0) throw new Error(`promtool ${args.join(" ")}: ${all}`);
        return all;
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    },
  };
}
