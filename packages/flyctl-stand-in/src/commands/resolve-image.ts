import type { Call } from "../cli/call.ts";
import { parseImage, storedRef } from "../deploy/image.ts";

/** The id that Fly gives an image. */
export const imageId = (stored: string): string =>
  `img_${parseImage(stored)?.digest.slice("sha256:".length, 19) ?? ""}`;

/** Fly resolves the reference; the sandbox finds every well-formed one, unless a fault lists it. */
export function resolveImage(call: Call, text: string): string | undefined {
  const image = parseImage(text);
  const missing = (call.deployFaults.missingImages ?? []).includes(text);
  return image === undefined || missing ? undefined : storedRef(image);
}
