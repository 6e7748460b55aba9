import { specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import type { StackResource } from "../../lib/stack/deployment.ts";

export type Fields = Record<string, unknown>;

/** The inputs of an object in the stack's state, with its secrets encrypted. */
export interface RecordedObject {
  apiVersion: string;
  kind: string;
  name: string;
  namespace: string | undefined;
  fields: Fields;
  /** Whether the resource is protected from deletion. */
  isProtected: boolean;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a secret, of the state or of a preview, or unknown in a preview. */
export function isSealed(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((entry) => typeof entry === "string" && isSealed(entry));
  if (typeof value === "string") return value.includes("[secret]") || isUnknown(value);
  return isFields(value) && specialSigKey in value;
}

const isUnknown = (text: string): boolean => text.includes(unknownValue);

/** Charts are skipped; the state has their objects as resources. */
export function recordedObjects(resources: readonly StackResource[]): RecordedObject[] {
  return resources.flatMap(({ type, inputs, protect }) => {
    if (!type.startsWith("kubernetes:") || type.startsWith("kubernetes:helm.sh/") || inputs === undefined) return [];
    const { apiVersion, kind, metadata } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !isFields(metadata)) return [];
    const { name, namespace } = metadata;
    if (typeof name !== "string" || isUnknown(name)) return [];
    const where = typeof namespace === "string" ? namespace : undefined;
    return [{ apiVersion, kind, name, namespace: where, fields: inputs, isProtected: protect === true }];
  });
}

export function at(fields: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      Array.isArray(value) ? (value as unknown[])[Number(key)] : isFields(value) ? value[key] : undefined,
    fields,
  );
}

/** The string at a path; undefined for any other value. */
export function textAt(fields: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(fields, ...path);
  return typeof found === "string" ? found : undefined;
}
