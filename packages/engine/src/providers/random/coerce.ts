import { isObject, mapValue, unknownMarker, type Props, type Value } from "../../values.ts";
import type { Kind } from "./kinds.ts";

/** Converts numbers and booleans from text, and keepers to text. */
export function coerceArguments(kind: Kind, inputs: Props): Props {
  const args: Props = {};
  for (const [name, type] of Object.entries(kind.types)) args[name] = coerce(inputs[name], type);
  args["keepers"] = isObject(inputs["keepers"])
    ? mapValue(inputs["keepers"], (value) => (value === null ? null : String(value)))
    : inputs["keepers"];
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined && value !== null));
}

function coerce(value: Value, type: "number" | "boolean" | "string"): Value {
  if (value === undefined || value === null || value === unknownMarker || typeof value === type) return value;
  if (type === "number" && /^-?\d+(\.\d+)?$/.test(String(value))) return Number(value);
  if (type === "boolean" && /^(true|false)$/.test(String(value))) return value === "true";
  return type === "string" && typeof value !== "object" ? String(value) : value;
}
