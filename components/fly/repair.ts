import { shortHash } from "../../lib/fingerprint.ts";
import { releaseMark, repairIn, stagedFingerprint } from "../driver/release-mark.ts";
import { digestsOf } from "../driver/secret-digests.ts";
import type { Running } from "../driver/what-runs.ts";

/** What the stack wants to run of an app. */
export interface Wanted {
  machineConfig: string;
  restartsWith?: string | undefined;
  /** Names of the secrets. */
  names: readonly string[];
  /** Names that must not be secrets. */
  retired: readonly string[];
  /** Fingerprint of the secrets' values. */
  fingerprint: string;
}

/**
 * The repair that the stack is due, as an input of its steps: a failed, killed or reverted run leaves the state with the
 * wanted inputs, although Fly has other ones. While Fly has the wanted ones, the input is the repair that the machines
 * carry, so it does not change again. Empty: none was needed.
 */
export function repairOf(running: Running | undefined, wanted: Wanted): string {
  if (running?.release === undefined) return "";
  const marks = new Set(running.machines.map(({ mark }) => mark));
  const [mark = ""] = marks;
  if (running.isComplete && marks.size === 1) {
    // Released by an earlier version of this program, or manually.
    if (mark === "") return "";
    const repair = repairIn(mark);
    if (mark === releaseMark(contentOf(running, wanted), repair)) return repair;
  }
  return shortHash({ ...running.digests, release: running.release });
}

/** The content of the release if what Fly stores now is what was released. */
function contentOf({ digests }: Running, { machineConfig, restartsWith, names, retired, fingerprint }: Wanted) {
  const left = retired.filter((name) => name in digests);
  const stored = digestsOf([...names, ...left], digests);
  return {
    machineConfig,
    secretsFingerprint: stagedFingerprint(fingerprint, stored),
    stored,
    restartsWith: restartsWith ?? "",
  };
}
