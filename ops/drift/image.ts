import { isSameImage, shortImage } from "../../lib/image-reference.ts";
import type { Machine } from "./actual.ts";

/**
 * The image of a machine, written as the expected one if both are the same: Fly may lack the digest in the release's
 * reference, or the tag in the machine's.
 */
export function machineImage({ image_ref: ref }: Machine, expected: string): string {
  const path = [ref.registry, ref.repository].filter(Boolean).join("/");
  const actual = `${path}${ref.tag ? `:${ref.tag}` : ""}${ref.digest ? `@${ref.digest}` : ""}`;
  return shortImage(isSameImage(actual, expected) ? expected : actual);
}
