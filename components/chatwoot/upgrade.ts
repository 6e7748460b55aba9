import { compare, gte, lt } from "semver";
import { upgradeStops } from "./upgrade-stops.ts";

/** What an upgrade from one version to another is. */
export type Upgrade =
  | { kind: "none" }
  | { kind: "forward" }
  | { kind: "back" }
  /** Versions that must be deployed one after the other first. */
  | { kind: "through"; path: string[] };

/** Judges by version numbers alone, such as 4.16.2; Chatwoot documents no way down. */
export function upgradeBetween(running: string, wanted: string): Upgrade {
  const order = compare(wanted, running);
  if (order === 0) return { kind: "none" };
  if (order < 0) return { kind: "back" };
  const path = upgradeStops
    .filter(({ from, blocks }) => lt(running, from) && gte(wanted, blocks))
    .map(({ through }) => through);
  return path.length === 0 ? { kind: "forward" } : { kind: "through", path };
}

/** The version that an image's tag tells, without a variant such as -ce; undefined for a digest alone and for others. */
export function versionOf(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+)(?:-[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(image)?.[1];
}

/**
 * What is wrong with going from the image that runs to the one that is wanted, and what to do instead; undefined where
 * nothing is, where nothing runs yet, and where a tag tells no version: then the database decides, before its migration.
 */
export function upgradeProblem(running: string | undefined, wanted: string, unchecked?: string): string | undefined {
  if (running === undefined || wanted === unchecked) return undefined;
  const from = versionOf(running);
  const to = versionOf(wanted);
  if (from === undefined || to === undefined) return undefined;
  const upgrade = upgradeBetween(from, to);
  if (upgrade.kind === "back")
    return (
      `is ${to}, and ${from} runs: its migrations are not undone, and the older code meets the newer schema. ` +
      `Use \`npm run ops -- rollback\`, or set chatwoot:uncheckedImage to the same image`
    );
  if (upgrade.kind === "through")
    return (
      `is ${to}, and ${from} runs: a migration between them fails on data as old as that. ` +
      `Deploy ${[...upgrade.path, to].join(", then ")}`
    );
  return undefined;
}
