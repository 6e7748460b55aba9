import { compare, gte, lt, valid } from "semver";
import { tagVersion } from "../../lib/image-reference.ts";
import { upgradeStops } from "./upgrade-stops.ts";

/** Kind of the upgrade from one version to another. */
export type Upgrade =
  | { kind: "none" }
  | { kind: "forward" }
  | { kind: "back" }
  /** Versions that must be deployed first, in this order. */
  | { kind: "through"; path: string[] };

/** Compares version numbers such as 4.16.2. Chatwoot documents no downgrade. */
export function upgradeBetween(running: string, wanted: string): Upgrade {
  const order = compare(wanted, running);
  if (order === 0) return { kind: "none" };
  if (order < 0) return { kind: "back" };
  const path = upgradeStops
    .filter(({ from, blocks }) => lt(running, from) && gte(wanted, blocks))
    .map(({ through }) => through);
  return path.length === 0 ? { kind: "forward" } : { kind: "through", path };
}

/** The version in an image's tag, without a variant such as -ce; undefined without a version. */
export function versionOf(image: string): string | undefined {
  return valid(tagVersion(image)) ?? undefined;
}

/**
 * The problem and the fix of an upgrade from the running image to the configured one. Undefined if there is no problem, if
 * nothing runs yet, and if a tag has no version: then the check against the database decides before the migration.
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
