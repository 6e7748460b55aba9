/**
 * Property values in the wire encoding of Pulumi's SDK: plain JSON, with envelopes for values that JSON cannot express.
 * gRPC messages, provider inputs and the state file share this model, so no conversion is needed.
 */

import {
  specialOutputValueSig,
  specialResourceSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc.js";

/** A JSON value, or one with envelopes and the unknown marker in it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- values of a foreign program have no static type
export type Value = any;
export type Props = Record<string, Value>;

export const signatureKey = specialSigKey;
export const secretSignature = specialSecretSig;
export const outputSignature = specialOutputValueSig;
export const resourceSignature = specialResourceSig;
/** The marker in a preview for a value that is unknown until the resource exists. */
export const unknownMarker = unknownValue;

export function isObject(value: Value): value is Props {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function isSecret(value: Value): boolean {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Wraps a value in a secret envelope; a secret is unchanged. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

export function mapValue(value: Value, f: (value: Value, key: string | number) => Value): Value {
  if (Array.isArray(value)) return value.map((item, index) => f(item, index));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, f(item, key)]));
  return value;
}

/** The value without secret envelopes; a resource reference becomes its id, or its URN without an id. */
export function plain(value: Value): Value {
  if (isSecret(value)) return plain(value.value);
  if (isObject(value) && value[signatureKey] === resourceSignature) {
    if (value["id"] === undefined) return value["urn"];
    return value["id"] === "" ? unknownMarker : plain(value["id"]);
  }
  return mapValue(value, plain);
}

/** Converts output values, which only remote components receive, to secrets and unknowns. */
export function lowerOutputs(value: Value): Value {
  if (isObject(value) && value[signatureKey] === outputSignature) {
    const inner = "value" in value ? lowerOutputs(value["value"]) : unknownMarker;
    return value["secret"] === true ? secret(inner) : inner;
  }
  return mapValue(value, lowerOutputs);
}

export function hasUnknown(value: Value): boolean {
  if (value === unknownMarker) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function hasSecret(value: Value): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isObject(value) && Object.values(value).some(hasSecret);
}

export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

/**
 * Copies the secret marks of `from` to `to` where their shapes match, as Pulumi's engine does for a provider without
 * support for secrets.
 */
export function markSecrets(to: Value, from: Value): Value {
  if (to === undefined || from === undefined) return to;
  if (isSecret(from)) return secret(to);
  if (isSecret(to)) return to;
  if (isObject(to) && isObject(from)) return mapValue(to, (item, key) => markSecrets(item, from[key]));
  if (Array.isArray(to) && Array.isArray(from) && to.length === from.length) {
    return to.map((item, i) => markSecrets(item, from[i]));
  }
  return to;
}
