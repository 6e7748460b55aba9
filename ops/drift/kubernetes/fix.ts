import { escaped, type Added } from "./fields.ts";
import type { RecordedObject } from "./recorded.ts";

const kubectl = (namespace: string | undefined, ...words: string[]): string =>
  ["kubectl", ...(namespace === undefined ? [] : ["-n", namespace]), ...words].join(" ");

/** `up --refresh` stores what it read even if the program then refuses. The preview refuses without storing. */
function restore(stack: string): string {
  return `pulumi preview --refresh --stack ${stack} && pulumi up --refresh --stack ${stack}`;
}

/** An object that holds data must be inspected before it is created again. */
export function fixFor(stack: string, { kind, name, namespace, isProtected }: RecordedObject): string {
  if (!isProtected) return restore(stack);
  const get = kubectl(namespace, "get", kind.toLowerCase(), name);
  return `holds data: inspect it first (${get}; docs/kubernetes/backups.md), then ${restore(stack)}`;
}

/** Pulumi leaves entries that others added. The test refuses a list that has changed since. */
export function removal({ kind, name, namespace }: RecordedObject, added: readonly Added[]): string {
  // From the last entry to the first, so that the indices of a list stay valid.
  const operations = added
    .toReversed()
    .flatMap(({ pointer, name: entry }) => [
      ...(entry === undefined ? [] : [{ op: "test", path: `${pointer}/name`, value: entry }]),
      { op: "remove", path: pointer },
    ]);
  return kubectl(namespace, "patch", kind.toLowerCase(), name, "--type=json", `-p '${JSON.stringify(operations)}'`);
}

/** The pointer of a key in a ConfigMap or Secret. */
export const keyPointer = (key: string): Added => ({ pointer: `/data/${escaped(key)}` });

/** For an object that is as configured, but not healthy. */
export function healthFix({ kind, name, namespace }: RecordedObject, actual: string): string {
  if (actual === "suspended")
    return kubectl(namespace, "patch", kind.toLowerCase(), name, `-p '{"spec":{"suspend":false}}'`);
  return kubectl(namespace, "describe", kind.toLowerCase(), name);
}
