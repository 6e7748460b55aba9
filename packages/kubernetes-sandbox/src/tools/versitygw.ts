import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, folderPinsKey } from "./cache.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import { heartbeat, type OnProgress } from "./progress.ts";

const module = join(import.meta.dirname, "versitygw");
const packageName = "github.com/versity/versitygw/cmd/versitygw";

/** An S3 server that checks signatures and keeps objects in a folder, built once into the cache. Returns the program. */
export async function buildVersitygw(onProgress?: OnProgress): Promise<string> {
  const bin = join(cacheFolder(), "tools", `versitygw-${folderPinsKey(module)}`);
  const program = join(bin, "versitygw");
  if (existsSync(program)) return program;
  mkdirSync(bin, { recursive: true });
  await withFolderLock(bin, "versitygw", onProgress, async () => {
    if (existsSync(program)) return;
    const stop = heartbeat(onProgress, (s) => `Building versitygw, ${s} s`);
    // A killed build leaves only this name behind, never half a program under the real one.
    const unfinished = `${program}.${process.pid}`;
    try {
      await runGo(["build", "-trimpath", "-ldflags", "-s -w", "-o", unfinished, packageName], {
        cwd: module,
        env: { CGO_ENABLED: "0", GOWORK: "off" },
      });
      renameSync(unfinished, program);
    } finally {
      rmSync(unfinished, { force: true });
      onProgress?.({ text: `Built versitygw in ${stop()} s`, transient: false });
    }
  });
  return program;
}
