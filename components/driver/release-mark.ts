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

/** A release's content as a hash, and the repair that made it; empty if it was an ordinary release. */
export function releaseMark({ stored, ...content }: ReleaseContent, repair: string): string {
  return `${shortHash({ ...content, stored: shortHash(stored) })}.${repair}`;
}

/** The repair in a mark. */
export function repairIn(mark: string): string {
  return mark.slice(mark.indexOf(".") + 1);
}

/** The fingerprint of staged secrets: a change of their values, or of what Fly stores, changes it. */
export function stagedFingerprint(values: string, digests: Record<string, string>): string {
  return `${values}.${shortHash(digests)}`;
}
