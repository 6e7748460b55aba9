import { minor, major } from "semver";

/** The required intermediate minor version, as `0.28`, if an upgrade skips operator versions. */
export function nextMinor(running: string, wanted: string): string | undefined {
  if (major(running) !== major(wanted) || minor(wanted) - minor(running) <= 1) return undefined;
  return `${major(running)}.${minor(running) + 1}`;
}
