import type { Resource } from "./resource.ts";

/** Excludes the objects of the operators' charts, which are pinned and cannot be changed here. */
export function isManaged({ urn }: Resource): boolean {
  return !urn.includes("chatwoot:kubernetes:Operators$");
}
