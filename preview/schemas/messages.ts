import type { ErrorObject } from "ajv";
import { formatPath, parsePointer } from "./paths.ts";

/** Formats an error as an API server does. */
export function messageOf({ instancePath, keyword, params, message, data }: ErrorObject): string {
  const path = parsePointer(instancePath);
  switch (keyword) {
    case "additionalProperties":
      return `unknown field "${formatPath([...path, String(params["additionalProperty"])])}"`;
    case "required":
      return `${formatPath([...path, String(params["missingProperty"])])}: is required`;
    case "type":
      return `${formatPath(path)}: must be ${[params["type"]].flat().join(" or ")}, not ${typeName(data)}`;
    case "enum":
      return `${formatPath(path)}: must be one of ${(params["allowedValues"] as unknown[]).map(String).join(", ")}`;
    case "pattern":
      return `${formatPath(path)}: must match ${String(params["pattern"])}`;
    default:
      return `${formatPath(path)}: ${message ?? keyword}`;
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return Number.isInteger(value) ? "integer" : typeof value;
}
