import type { Machine } from "./actual.ts";

export interface Image {
  digest: string | undefined;
  text: string;
}

/** An image as it is told apart: by its digest where there is one, whatever registry or tag it was fetched by. */
export function imageOf(reference: string): Image {
  const [name = "", digest] = reference.split("@");
  const short = name.split("/").slice(-2).join("/");
  return { digest, text: digest === undefined ? short : `${short}@${digest.slice(0, "sha256:".length + 12)}` };
}

/** The image that a machine runs, in the words of the expected one where they are the same. */
export function machineImage({ image_ref: ref }: Machine, expected: Image): string {
  const name = [ref.registry, ref.repository].filter(Boolean).join("/");
  const actual = imageOf(`${name}${ref.tag ? `:${ref.tag}` : ""}${ref.digest ? `@${ref.digest}` : ""}`);
  return actual.digest !== undefined && actual.digest === expected.digest ? expected.text : actual.text;
}
