import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The cache folder of built tools, and the environment variables that select other tools. Both derive from the project's
 * name: `my-sandbox` uses `~/.cache/my-sandbox` and `MY_SANDBOX_HELM`. The folder is outside of the checkout, so that a
 * new checkout reuses it.
 */
export class ToolCache {
  readonly name: string;
  readonly env: Env;
  readonly folder: string;

  constructor(name = "kubernetes-sandbox", env: Env = process.env, home: string = homedir()) {
    this.name = name;
    this.env = env;
    this.folder = this.setting("CACHE") ?? join(env["XDG_CACHE_HOME"] || join(home, ".cache"), name);
  }

  /** The name of a variable: `MY_SANDBOX_HELM` for `HELM`. */
  variable(setting: string): string {
    return `${this.name}_${setting}`.replaceAll("-", "_").toUpperCase();
  }

  /** The value of a variable; undefined if it is unset or empty. */
  setting(setting: string): string | undefined {
    return this.env[this.variable(setting)] || undefined;
  }
}

/** A short key for a set of pins; it changes with any version, any checksum and the platform. */
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
