import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { buildSync as BuildSync } from "esbuild";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const entry = "ops/pipeline/scheduled.ts";

/** Name of the bundled file. */
export const programFile = "pipeline.cjs";

let made: string | undefined;

/**
 * The scheduled pipeline checks (ops/pipeline/scheduled.ts) with their dependencies as one file for Node. The text is the
 * same on every machine, so that it changes only with the program.
 */
export function scheduledProgram(): string {
  // The installed package contains the bundle instead of the sources.
  const kept = new URL(programFile, import.meta.url);
  made ??= existsSync(kept) ? readFileSync(kept, "utf8") : bundle();
  return made;
}

function bundle(): string {
  // Loaded only if there is a schedule.
  const { buildSync } = createRequire(import.meta.url)("esbuild") as { buildSync: typeof BuildSync };
  const { outputFiles = [] } = buildSync({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    // Some dependencies are CommonJS and require Node's modules at run time.
    format: "cjs",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    // An optional native driver that is not installed.
    external: ["pg-native"],
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return (outputFiles[0] as { text: string }).text;
}
