import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";
import { processorSeconds } from "../../bench/processor-time.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Seconds of a file's process, with the child processes that ended before it. */
    processorSeconds?: number;
  }
}

/** Files that share a process: what the earlier ones used. */
const used = Symbol.for("processor seconds of earlier files");
const ofProcess = process as { [used]?: number };

// Vitest reads the first parameter as fixtures.
// eslint-disable-next-line no-empty-pattern
afterAll(({}, file) => {
  flushCompileCache();
  const now = processorSeconds();
  if (now === undefined) return;
  file.meta.processorSeconds = now - (ofProcess[used] ?? 0);
  ofProcess[used] = now;
});
