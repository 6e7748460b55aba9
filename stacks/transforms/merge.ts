import * as pulumi from "@pulumi/pulumi";

/** Any part of an object, at any depth; null removes a property. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: Patch<T[Key]> | null | undefined }
    : T;

/**
 * Merges a patch into an object, which is not changed: objects key by key, everything else is replaced, lists too; null
 * removes a property.
 */
export function merge<T extends object>(object: T, patch: Patch<T>): T {
  const merged = { ...object } as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    const present = merged[key];
    if (value === null) delete merged[key];
    else if (value === undefined) continue;
    else if (isPlain(value) && pulumi.Output.isInstance(present))
      throw new Error(`${key} is secret or not known yet, so nothing can be merged into it. Use its apply()`);
    else merged[key] = isPlain(value) ? merge(isPlain(present) ? present : {}, value) : value;
  }
  return merged as T;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
}
