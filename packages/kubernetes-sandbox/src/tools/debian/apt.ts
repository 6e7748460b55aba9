import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/** Long enough for a slow connection, and a limit for a download that hangs. */
const limitMs = 20 * 60_000;

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

export interface Apt {
  update(): Promise<void>;
  /** The packages with all their dependencies, as if nothing were installed. */
  resolve(names: readonly string[]): Promise<DebianPackage[]>;
  /** Downloads into a folder; apt checks every file against the signed lists. */
  download(packages: readonly DebianPackage[], folder: string): Promise<void>;
}

/** The lines of `apt-get --print-uris`: `'address' name_version_architecture.deb bytes checksum`. */
export function parseUris(text: string): DebianPackage[] {
  return text.split("\n").flatMap((line) => {
    const [, name, version, bytes] = /^'[^']+' ([^_\s]+)_([^_\s]+)_[^_\s]+\.deb (\d+)/.exec(line) ?? [];
    if (name === undefined || version === undefined) return [];
    return [{ name, version: decodeURIComponent(version), bytes: Number(bytes) }];
  });
}

/**
 * apt with the system's sources and keys, but with lists, cache and state in a separate folder: it needs no root, takes no
 * system lock and installs nothing.
 */
export function openApt(folder: string, signal?: AbortSignal): Apt {
  const state = join(folder, "state");
  const status = join(folder, "status");
  for (const part of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(status, "");
  const settings = {
    "Dir::State": state,
    "Dir::State::lists": join(state, "lists"),
    "Dir::State::status": status,
    "Dir::Cache": join(folder, "cache"),
    "Debug::NoLocking": "1",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    // As root, apt downloads as another user, which cannot write to this folder.
    "APT::Sandbox::User": "",
    "APT::Install-Recommends": "false",
    "APT::Install-Suggests": "false",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);

  async function run(args: readonly string[], cwd: string = folder): Promise<string> {
    const result = await execa("apt-get", [...options, "-q", "-y", ...args], {
      cwd,
      env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
      stdin: "ignore",
      timeout: limitMs,
      reject: false,
      ...(signal ? { cancelSignal: signal } : {}),
    });
    if (!result.failed) return result.stdout;
    const errors = `${result.stderr}\n${result.stdout}`.split("\n").filter((line) => /^[EW]:/.test(line));
    const cause = result.timedOut ? "timed out" : errors.join("\n") || result.shortMessage;
    throw new Error(`apt-get ${args[0]}: ${cause}. Check the network and apt's sources, then try again.`);
  }

  return {
    async update() {
      await run(["update"]);
    },
    async resolve(names) {
      return parseUris(await run(["--print-uris", "install", ...names]));
    },
    async download(packages, target) {
      await run(["download", ...packages.map(({ name, version }) => `${name}=${version}`)], target);
    },
  };
}
