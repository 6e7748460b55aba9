import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** The folder for what is built once and kept between runs. It lies outside the clone, so a fresh clone starts warm. */
export function cacheFolder(env: Env = process.env, home: string = homedir()): string {
  if (env.CHATWOOT_SANDBOX_CACHE) return env.CHATWOOT_SANDBOX_CACHE;
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "chatwoot-sandbox");
}

/** A short name for one set of pins: any change of a version, of a checksum or of the platform gives another one. */
export function pinsKey(texts: readonly string[], platform: string = `${process.platform}/${process.arch}`): string {
  const hash = createHash("sha256");
  for (const text of [...texts, platform]) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex").slice(0, 16);
}

/** The key of the go.mod and go.sum in a folder. */
export function folderPinsKey(folder: string, platform?: string): string {
  const texts = ["go.mod", "go.sum"].map((name) => readFileSync(join(folder, name), "utf8"));
  return pinsKey(texts, platform);
}
