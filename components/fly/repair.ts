import { shortHash } from "../../lib/fingerprint.ts";
import { readMark, releaseMark, stagedFingerprint, type Repairs } from "../driver/release-mark.ts";
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
 * The repairs that the stack is due, as inputs of its steps: a failed, killed or reverted run leaves the state with the
 * wanted inputs, although Fly has other ones. While Fly has the wanted ones, an input is the repair that the machines carry,
 * so it does not change again. Empty: none was needed.
 */
export function repairsOf(running: Running | undefined, wanted: Wanted): Repairs {
  if (running?.release === undefined) return { release: "", secrets: "" };
  const marks = [...new Set(running.machines.map(({ mark }) => mark))];
  // Released by an earlier version of this program, or manually.
  if (running.isComplete && marks.length === 1 && marks[0] === "") return { release: "", secrets: "" };
  const due = shortHash({ ...running.digests, release: running.release });
  const found = marks.map(readMark);
  const expected = readMark(releaseMark(contentOf(running, wanted), { release: "", secrets: "" }));
  const [first] = found;
  const isStaged =
    first !== undefined &&
    found.every(({ secretsHash, secrets }) => secretsHash === expected.secretsHash && secrets === first.secrets);
  const isReleased =
    isStaged && running.isComplete && marks.length === 1 && first.settingsHash === expected.settingsHash;
  return { release: isReleased ? first.release : due, secrets: isStaged ? first.secrets : due };
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
