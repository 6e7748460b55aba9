import { shortHash } from "../../lib/fingerprint.ts";

/** Environment variable of the machines with the mark of their release. Fly returns it with every machine. */
export const markVariable = "CHATWOOT_RELEASE";

/** What a release brings to the machines. */
export interface ReleaseContent {
  /** fly.toml. */
  machineConfig: string;
  /** The secrets that the stack has staged. */
  secretsFingerprint: string;
  /** Digests of the secrets that Fly stores: after a failed run and a partial one, other values than the staged ones. */
  stored: Record<string, string>;
  /** Restarts the machines when it changes. */
  restartsWith: string;
}

/** The repairs that made a release and staged its secrets; empty if an ordinary run did. */
export interface Repairs {
  release: string;
  secrets: string;
}

/** Hashes of a release's settings and secrets, and its repairs. */
export function releaseMark(content: ReleaseContent, { release, secrets }: Repairs): string {
  const { machineConfig, restartsWith, secretsFingerprint, stored } = content;
  const settings = shortHash({ machineConfig, restartsWith });
  return [settings, shortHash({ secretsFingerprint, stored: shortHash(stored) }), release, secrets].join(".");
}

/** The parts of a mark. */
export function readMark(mark: string): Repairs & { settingsHash: string; secretsHash: string } {
  const [settingsHash = "", secretsHash = "", release = "", secrets = ""] = mark.split(".");
  return { settingsHash, secretsHash, release, secrets };
}

/** The fingerprint of staged secrets: a change of their values, or of what Fly stores, changes it. */
export function stagedFingerprint(values: string, digests: Record<string, string>): string {
  return `${values}.${shortHash(digests)}`;
}
