import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";

/** Values of a foreign program have no static type; every rule looks for what it needs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Value = any;
export type Props = Record<string, Value>;

/** A resource as the rules see it, whichever engine it comes from: secrets in the clear, unknown values as the marker. */
export interface Resource {
  urn: string;
  /** `kubernetes:apps/v1:Deployment`. */
  type: string;
  name: string;
  props: Props;
  protect: boolean;
  /** Name of the provider's resource; undefined for what has none. */
  provider?: string | undefined;
}

export function isObject(value: Value): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list that may be missing or not known yet. */
export function listOf(value: Value): Props[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The entries of an object that may be missing or not known yet. */
export function entriesOf(value: Value): [string, Value][] {
  return isObject(value) ? Object.entries(value) : [];
}

export function textOf(value: Value): string | undefined {
  return typeof value === "string" && value !== unknownValue ? value : undefined;
}

/** Name of the stack, which stands in every URN. */
export function stackOf({ urn }: Resource): string {
  return urn.split("::")[0]?.split(":").at(-1) ?? "";
}
