import { UnsupportedError } from "./errors.ts";
import type { Goal } from "./goals.ts";
import { stackType } from "./urn.ts";
import { isObject, signatureKey, type Value } from "./values.ts";

/** Unsupported features of Pulumi, refused before any change. */

const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";
const stackReference = "pulumi:pulumi:StackReference";

export function refuseResource({ type, name, props }: Goal): void {
  const where = `resource '${name}' (${type})`;
  refuseType(type, where);
  refuseAssets(props, where);
}

export function refuseType(type: string, where: string): void {
  if (type === stackReference) {
    throw new UnsupportedError("stack references", where, "Pass the other stack's outputs as configuration.");
  }
  if (type.startsWith("pulumi-nodejs:") || type.startsWith("pulumi-python:")) {
    throw new UnsupportedError("dynamic providers", where, "Write the resource as a provider for the engine.");
  }
  if (type.startsWith("pulumi:pulumi:") && type !== stackType) {
    throw new UnsupportedError(`the built-in resource '${type}'`, where, "Leave it out of this stack.");
  }
}

export function refuseAssets(value: Value, where: string): void {
  if (Array.isArray(value)) value.forEach((item) => refuseAssets(item, where));
  else if (isObject(value)) {
    const signature = value[signatureKey];
    if (signature === asset || signature === archive) {
      const what = signature === asset ? "assets" : "archives";
      throw new UnsupportedError(what, where, "Pass the content as a string, or a path that the provider reads.");
    }
    Object.values(value).forEach((item) => refuseAssets(item, where));
  }
}
