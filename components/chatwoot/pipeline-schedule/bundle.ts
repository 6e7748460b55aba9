import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { buildSync as BuildSync } from "esbuild";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const entry = "ops/pipeline/scheduled.ts";

/** The file's name where it runs. */
export const programFile = "pipeline.cjs";

let made: string | undefined;

/**
 * What looks at the pipeline by a clock (ops/pipeline/scheduled.ts) with everything that it needs, as one file for Node.
 * The same text on every machine, so that it changes only where the program does.
 */
export function scheduledProgram(): string {
  made ??= bundle();
  return made;
}

function bundle(): string {
  // Only where there is a schedule: nobody else waits for it to load.
  const { buildSync } = createRequire(import.meta.url)("esbuild") as { buildSync: typeof BuildSync };
  const { outputFiles = [] } = buildSync({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    // Some of what it holds is CommonJS, which asks for Node's own modules while it runs.
    format: "cjs",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    // A faster driver that nobody has installed.
    external: ["pg-native"],
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return (outputFiles[0] as { text: string }).text;
}
