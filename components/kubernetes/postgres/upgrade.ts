import { minor, major } from "semver";

/** PostgreSQL's major version, as the tag of an image of CloudNativePG tells it; undefined where it does not. */
export function majorOf(image: string): number | undefined {
  const [name = ""] = image.split("@");
  const tag = /:(\d+)(?:\.\d+)*(?:-[^/:]*)?$/.exec(name)?.[1];
  return tag === undefined ? undefined : Number(tag);
}

/** The minor version that must come between, as `0.28`, where versions of the operator are skipped. */
export function nextMinor(running: string, wanted: string): string | undefined {
  if (major(running) !== major(wanted) || minor(wanted) - minor(running) <= 1) return undefined;
  return `${major(running)}.${minor(running) + 1}`;
}
