import { shortHash } from "../../lib/fingerprint.ts";
import { readMark, releaseMark, stagedFingerprint, type Repairs } from "../driver/release-mark.ts";
import type { ScheduledRunning } from "../driver/scheduled-machine.ts";
import { digestsOf } from "../driver/secret-digests.ts";
import { stagedMarks } from "../driver/staged-names.ts";
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

/** What the stack wants of an app with scheduled machines. */
export interface WantedMachines extends Pick<Wanted, "names" | "retired" | "fingerprint"> {
  region: string;
  /** Fingerprint of each machine's configuration, by its name. */
  machines: (secretsFingerprint: string) => Readonly<Record<string, string>>;
}

/** As `repairsOf`, for the secrets and all machines of an app with scheduled machines. */
export function machineRepair(running: ScheduledRunning | undefined, wanted: WantedMachines): string {
  if (running === undefined) return "";
  const { machines, digests } = running;
  const expected = wanted.machines(stagedFingerprint(wanted.fingerprint, storedOf(digests, wanted)));
  const found = machines.filter(({ name }) => name in expected);
  const [first, ...others] = found;
  const isMade =
    found.length === Object.keys(expected).length &&
    found.every(({ name, region, fingerprint }) => region === wanted.region && fingerprint === expected[name]) &&
    others.every(({ repair }) => repair === first?.repair);
  return isMade ? (first?.repair ?? "") : shortHash({ ...digests, machines: JSON.stringify(found) });
}

/** Digests of the wanted secrets, of those that must not be there, and of the marks that a failed run has left. */
function storedOf(
  digests: Running["digests"],
  { names, retired }: Pick<Wanted, "names" | "retired">,
): Record<string, string> {
  const present = Object.keys(digests);
  const left = [...retired.filter((name) => name in digests), ...stagedMarks(present)];
  return digestsOf([...names, ...left], digests);
}

/** The content of the release if what Fly stores now is what was released. */
function contentOf({ digests }: Running, { machineConfig, restartsWith, ...wanted }: Wanted) {
  const stored = storedOf(digests, wanted);
  return {
    machineConfig,
    secretsFingerprint: stagedFingerprint(wanted.fingerprint, stored),
    stored,
    restartsWith: restartsWith ?? "",
  };
}
