import type { Machine } from "./actual.ts";

export interface Image {
  digest: string | undefined;
  /** Repository and tag. */
  name: string;
  text: string;
}

/** Images are compared by digest if both have one, regardless of registry and tag; otherwise by repository and tag. */
export function imageOf(reference: string): Image {
  const [path = "", digest] = reference.split("@");
  const name = path.split("/").slice(-2).join("/");
  return { digest, name, text: digest === undefined ? name : `${name}@${digest.slice(0, "sha256:".length + 12)}` };
}

/** The image of a machine, written as the expected one if both are the same. */
export function machineImage({ image_ref: ref }: Machine, expected: Image): string {
  const path = [ref.registry, ref.repository].filter(Boolean).join("/");
  const actual = imageOf(`${path}${ref.tag ? `:${ref.tag}` : ""}${ref.digest ? `@${ref.digest}` : ""}`);
  return isSame(actual, expected) ? expected.text : actual.text;
}

/** A release has the reference that Fly resolved, which may lack the digest that Fly adds to the machine, or the tag. */
function isSame(actual: Image, expected: Image): boolean {
  if (actual.digest !== undefined && expected.digest !== undefined) return actual.digest === expected.digest;
  return actual.name === expected.name;
}
