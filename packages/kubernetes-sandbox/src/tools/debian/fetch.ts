import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { pinsKey, type ToolCache } from "../cache.ts";
import { withFolderLock } from "../lock.ts";
import { heartbeat, type OnProgress } from "../progress.ts";
import { openApt, type DebianPackage } from "./apt.ts";
import { packagesFolder } from "./folder.ts";
import { isUnpacked, packageSets, setDescription, type PackageSet } from "./package-sets.ts";
import { writeWrappers } from "./wrappers.ts";

export interface FetchOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Increase it when unpacking changes, so that cached packages are fetched again. */
const format = "3";
const unpackLimitMs = 5 * 60_000;

/** Whether this machine can fetch packages: Debian, Ubuntu and their derivatives. */
export async function canFetchPackages(env: ToolCache["env"] = process.env): Promise<boolean> {
  const probes = ["apt-get", "dpkg"].map((program) =>
    execa(program, ["--version"], {
      env: { PATH: env.PATH },
      extendEnv: false,
      reject: false,
      timeout: 10_000,
      stdin: "ignore",
    }),
  );
  return (await Promise.all(probes)).every(({ exitCode }) => exitCode === 0);
}

function bytesIn(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

async function download(set: PackageSet, work: string, options: FetchOptions): Promise<DebianPackage[]> {
  const { onProgress, signal } = options;
  const apt = openApt(join(work, "apt"), signal);
  const archives = join(work, "archives");
  mkdirSync(archives, { recursive: true });
  const updating = heartbeat(onProgress, (s) => `Reading the package lists for ${set}, ${s} s`);
  let packages: DebianPackage[];
  try {
    await apt.update();
    packages = (await apt.resolve(packageSets[set])).filter(({ name }) => isUnpacked(name));
  } finally {
    updating();
  }
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0);
  const downloading = heartbeat(
    onProgress,
    (s) => `Downloading ${set}: ${megabytes(bytesIn(archives))} of ${megabytes(total)} MB, ${s} s`,
  );
  try {
    await apt.download(packages, archives);
  } finally {
    downloading();
  }
  return packages;
}

async function unpack(archives: string, tree: string, signal: AbortSignal | undefined): Promise<void> {
  mkdirSync(tree);
  for (const name of readdirSync(archives)) {
    await execa("dpkg", ["-x", join(archives, name), tree], {
      stdin: "ignore",
      timeout: unpackLimitMs,
      ...(signal ? { cancelSignal: signal } : {}),
    });
  }
}

async function fetchInto(home: string, set: PackageSet, options: FetchOptions): Promise<void> {
  const { onProgress, signal } = options;
  // A killed run leaves only this temporary name behind, never a partial tree.
  const work = `${home}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const stop = heartbeat(undefined, () => "");
  const packages = await download(set, work, options);
  const tree = join(work, "tree");
  await unpack(join(work, "archives"), tree, signal);
  writeWrappers(tree, home);
  writeFileSync(join(tree, "packages.txt"), packages.map(({ name, version }) => `${name} ${version}\n`).join(""));
  renameSync(tree, home);
  rmSync(work, { recursive: true, force: true });
  const bytes = packages.reduce((sum, each) => sum + each.bytes, 0);
  onProgress?.({ text: `Fetched ${set} (${megabytes(bytes)} MB) in ${stop()} s`, transient: false });
}

function releaseOfSystem(): string {
  const file = "/etc/os-release";
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/**
 * A tree with the packages of a set and their dependencies, unpacked once into the cache, without root and without an
 * installation. Its folder `bin` has a wrapper for every program. Safe to call from several processes at once, and to
 * interrupt.
 */
export async function fetchPackages(cache: ToolCache, set: PackageSet, options: FetchOptions = {}): Promise<string> {
  const folder = packagesFolder(cache);
  const home = join(folder, `${set}-${pinsKey([format, setDescription(set), releaseOfSystem()])}`);
  if (existsSync(home)) return home;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await withFolderLock(folder, set, options.onProgress, async () => {
    if (!existsSync(home)) await fetchInto(home, set, options);
  });
  return home;
}
