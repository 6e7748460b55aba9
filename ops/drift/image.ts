import type { Machine } from "./actual.ts";

export interface Image {
  digest: string | undefined;
  text: string;
}

/** Images are compared by digest if there is one, regardless of registry and tag. */
export function imageOf(reference: string): Image {
  const [name = "", digest] = reference.split("@");
  const short = name.split("/").slice(-2).join("/");
  return { digest, text: digest === undefined ? short : `${short}@${digest.slice(0, "sha256:".length + 12)}` };
}

/** The image of a machine, written as the expected one if both are the same. */
export function machineImage({ image_ref: ref }: Machine, expected: Image): string {
  const name = [ref.registry, ref.repository].filter(Boolean).join("/");
  const actual = imageOf(`${name}${ref.tag ? `:${ref.tag}` : ""}${ref.digest ? `@${ref.digest}` : ""}`);
  return actual.digest !== undefined && actual.digest === expected.digest ? expected.text : actual.text;
}
