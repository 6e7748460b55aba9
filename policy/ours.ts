import type { Resource } from "./resource.ts";

/**
 * Whether a resource is one that this program decides about. What the operators' own charts make is their makers': their
 * versions are pinned, and nothing here could change what is in them.
 */
export function isOurs({ urn }: Resource): boolean {
  return !urn.includes("chatwoot:kubernetes:Operators$");
}
