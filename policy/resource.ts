import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";

/** Resource properties have no static type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Value = any;
export type Props = Record<string, Value>;

/** A resource with plain secrets and markers for unknown values. */
export interface Resource {
  urn: string;
  /** `kubernetes:apps/v1:Deployment`. */
  type: string;
  name: string;
  props: Props;
  protect: boolean;
  /** Name of the provider's resource. */
  provider?: string | undefined;
}

export function isObject(value: Value): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list, or [] if missing or unknown. */
export function listOf(value: Value): Props[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The entries of an object, or [] if missing or unknown. */
export function entriesOf(value: Value): [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}

export function textOf(value: Value): string | undefined {
  return typeof value === "string" && value !== unknownValue ? value : undefined;
}

/** The stack's name in the URN. */
export function stackOf({ urn }: Resource): string {
  return urn.split("::")[0]?.split(":").at(-1) ?? "";
}
