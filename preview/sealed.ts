import { createHmac, randomBytes } from "node:crypto";
import { isObject, isSecret, plain, type Props, type Value } from "pulumi-embedded-engine";
import { parseJson } from "../lib/json.ts";

/** Random per run: seals can be compared only within it. */
const key = randomBytes(32);
const seal = /^\[secret [0-9a-f]{16}\]$/;

/** Replaces each secret by a seal that can be compared. Keeps the keys of secret objects and of JSON texts. */
export function sealed(value: Value): Value {
  if (isSecret(value)) return sealAll(plain(value));
  if (Array.isArray(value)) return value.map(sealed);
  if (isObject(value)) return mapObject(value, sealed);
  return typeof value === "string" ? (parsedObject(value) ?? value) : value;
}

/** Replaces seals for printing. */
export function unsealed(value: Value): Value {
  if (isSeal(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(unsealed);
  return isObject(value) ? mapObject(value, unsealed) : value;
}

export function isSeal(value: Value): boolean {
  return typeof value === "string" && seal.test(value);
}

function sealAll(value: Value): Value {
  const named = typeof value === "string" ? parsedObject(value) : value;
  if (isObject(named)) return mapObject(named, sealAll);
  const mac = createHmac("sha256", key).update(JSON.stringify(value) ?? "");
  return `[secret ${mac.digest("hex").slice(0, 16)}]`;
}

/** A step's standard input is a JSON object of secrets by name. */
function parsedObject(text: string): Value {
  return text.startsWith("{") ? parseJson(text) : undefined;
}

function mapObject(value: Props, change: (item: Value) => Value): Props {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item)]));
}
