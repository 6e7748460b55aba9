import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { execa } from "execa";
import { pinsKey, type ToolCache } from "./cache.ts";
import { withFolderLock } from "./lock.ts";
import { heartbeat, type OnProgress } from "./progress.ts";

/** A browser and its environment variables. */
export interface Chromium {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ChromiumOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Environment variable with the path of a Chromium or Chrome. Default: the cache's variable `CHROMIUM`. */
  readonly variable?: string;
}

/** Increase it when unpacking changes, so that cached files are unpacked again. */
const format = "1";
const unpackLimitMs = 5 * 60_000;

/** Fonts of the package first, so that pages look the same everywhere; then the system's own. */
const fontsConfig = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
</fontconfig>
`;

/** The folder of the npm package that holds the browser, compressed. */
function packageFolder(): string {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  return join(dirname(entry), "..");
}

/**
 * A Chromium for tests: the one in the environment variable, or the installed npm package's, unpacked once into the cache
 * with shared libraries that a minimal system lacks. Safe to call from several processes at once, and to interrupt.
 */
export async function findChromium(cache: ToolCache, options: ChromiumOptions = {}): Promise<Chromium> {
  const { onProgress, variable = cache.variable("CHROMIUM") } = options;
  const given = cache.env[variable];
  if (given) return { executable: given, environment: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `chromium: the npm package does not support ${process.platform} ${process.arch}. Set ${variable} to the path of a Chromium or Chrome.`,
    );
  }
  const source = packageFolder();
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as { version: string };
  const folder = join(cache.folder, "browser");
  const home = join(folder, `chromium-${version}-${pinsKey([format, version])}`);
  if (!existsSync(home)) {
    await withFolderLock(folder, "chromium", onProgress, async () => {
      if (!existsSync(home)) await unpack(join(source, "bin"), home, onProgress);
    });
  }
  return {
    executable: join(home, "chromium"),
    environment: { LD_LIBRARY_PATH: join(home, "lib"), FONTCONFIG_FILE: join(home, "fonts.conf") },
  };
}

async function unpack(bin: string, home: string, onProgress: OnProgress | undefined): Promise<void> {
  // A killed run leaves only this temporary name behind, never a partial browser.
  const work = `${home}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const stop = heartbeat(onProgress, (s) => `Unpacking Chromium, ${s} s`);
  try {
    await inflate(join(bin, "chromium.br"), join(work, "chromium"));
    for (const archive of ["al2023.tar", "fonts.tar", "swiftshader.tar"]) {
      await inflate(join(bin, `${archive}.br`), join(work, archive));
      await execa("tar", ["-xf", archive, "--no-same-owner"], { cwd: work, stdin: "ignore", timeout: unpackLimitMs });
      rmSync(join(work, archive));
    }
    writeFileSync(join(work, "fonts.conf"), fontsConfig(home));
    renameSync(work, home);
  } finally {
    const seconds = stop();
    if (existsSync(home)) onProgress?.({ text: `Unpacked Chromium in ${seconds} s`, transient: false });
  }
}

async function inflate(from: string, to: string): Promise<void> {
  await pipeline(
    createReadStream(from),
    createBrotliDecompress({ chunkSize: 1 << 20 }),
    createWriteStream(to, { mode: 0o755 }),
  );
}
