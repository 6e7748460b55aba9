import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { folderPinsKey, type ToolCache } from "./cache.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import { packageCounter } from "./package-counter.ts";
import { heartbeat, type OnProgress } from "./progress.ts";

/** A program of a Go module, with its own folder for go.mod and go.sum. */
export interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly packageName: string;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** The variable that gets the version of a module at link time. */
  readonly version?: { readonly module: string; readonly variable: string };
}

/** The program's place in the cache, built or not. */
export function builtProgram(cache: ToolCache, { name, module }: GoProgram): string {
  return join(cache.folder, "tools", `${name}-${folderPinsKey(module)}`, name);
}

/**
 * Returns the path of the program: the one in the cache's variable with its name, or the pinned version, built once into
 * the cache.
 */
export async function goProgram(cache: ToolCache, goal: GoProgram, onProgress?: OnProgress): Promise<string> {
  const { name, module, packageName, tags = [], version } = goal;
  const given = cache.setting(name);
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(
      `${cache.variable(name)}: ${given} is not a program. Correct the path, or unset it to build the program.`,
    );
  }
  const program = builtProgram(cache, goal);
  if (existsSync(program)) return program;
  const bin = dirname(program);
  mkdirSync(bin, { recursive: true });
  await withFolderLock(bin, name, onProgress, async () => {
    if (existsSync(program)) return;
    const counter = packageCounter();
    const stop = heartbeat(onProgress, (s) => `Building ${name}: ${counter.describe()}, ${s} s`);
    // A killed build leaves only this temporary name behind, never a partial program.
    const unfinished = `${program}.${process.pid}`;
    const withTags = tags.length === 0 ? [] : ["-tags", tags.join(",")];
    try {
      const run = { cwd: module, env: { CGO_ENABLED: "0", GOWORK: "off" }, onLine: counter.line };
      counter.total((await runGo(["list", ...withTags, "-deps", packageName], run)).split("\n").length);
      const stamp = version && (await runGo(["list", "-m", "-f", "{{.Version}}", version.module], run)).trim();
      const flags = ["-s", "-w", ...(stamp ? ["-X", `${version?.variable}=${stamp}`] : [])].join(" ");
      await runGo(["build", "-v", ...withTags, "-trimpath", "-ldflags", flags, "-o", unfinished, packageName], run);
      renameSync(unfinished, program);
    } finally {
      rmSync(unfinished, { force: true });
      onProgress?.({ text: `Built ${name} in ${stop()} s`, transient: false });
    }
  });
  return program;
}
