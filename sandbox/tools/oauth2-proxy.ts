import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, folderPinsKey } from "./cache.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import { heartbeat, type OnProgress } from "./progress.ts";

const module = join(import.meta.dirname, "oauth2-proxy");
const packageName = "github.com/oauth2-proxy/oauth2-proxy/v7";

/** The real oauth2-proxy, built once into the cache. Returns the program. */
export async function buildOauth2Proxy(onProgress?: OnProgress): Promise<string> {
  const bin = join(cacheFolder(), "tools", `oauth2-proxy-${folderPinsKey(module)}`);
  const program = join(bin, "oauth2-proxy");
  if (existsSync(program)) return program;
  mkdirSync(bin, { recursive: true });
  await withFolderLock(bin, "oauth2-proxy", onProgress, async () => {
    if (existsSync(program)) return;
    const stop = heartbeat(onProgress, (s) => `Building oauth2-proxy, ${s} s`);
    // A killed build leaves only this name behind, never half a program under the real one.
    const unfinished = `${program}.${process.pid}`;
    try {
      const run = { cwd: module, env: { CGO_ENABLED: "0", GOWORK: "off" } };
      const version = await runGo(["list", "-m", "-f", "{{.Version}}", packageName], run);
      const flags = `-s -w -X ${packageName}/pkg/version.VERSION=${version}`;
      await runGo(["build", "-trimpath", "-ldflags", flags, "-o", unfinished, packageName], run);
      renameSync(unfinished, program);
    } finally {
      rmSync(unfinished, { force: true });
      onProgress?.({ text: `Built oauth2-proxy in ${stop()} s`, transient: false });
    }
  });
  return program;
}
