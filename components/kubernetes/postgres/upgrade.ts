import { minor, major } from "semver";

/** PostgreSQL's major version, from the tag of a CloudNativePG image; undefined if the tag has none. */
export function majorOf(image: string): number | undefined {
  const [name = ""] = image.split("@");
  const tag = /:(\d+)(?:\.\d+)*(?:-[^/:]*)?$/.exec(name)?.[1];
  return tag === undefined ? undefined : Number(tag);
}

/** The required intermediate minor version, as `0.28`, if an upgrade skips operator versions. */
export function nextMinor(running: string, wanted: string): string | undefined {
  if (major(running) !== major(wanted) || minor(wanted) - minor(running) <= 1) return undefined;
  return `${major(running)}.${minor(running) + 1}`;
}
