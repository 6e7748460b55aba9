import { isObject, type Props } from "../../../values.ts";
import { metadata, pluck, type KubeObject } from "../objects.ts";
import { parseJsonPath, selectJsonPath } from "./json-path.ts";
import type { Awaiter } from "./types.ts";

/** True if the condition is met; otherwise a description of the wait. */
type Condition = (object: KubeObject) => true | string;

/** The awaiter of a `pulumi.com/waitFor` annotation: one expression, or a JSON array of which all must hold. */
export function waitForAwaiter(text: string): Awaiter {
  const conditions = expressions(text).map(parseExpression);
  if (conditions.length === 0) throw new Error("at least one condition must be specified");
  return {
    timeoutMessage: "timed out waiting for the condition",
    judge({ object }) {
      if (!object) return { ready: false, status: "Waiting for the object to exist", reasons: [] };
      const unmet = conditions.map((condition) => condition(object)).filter((result) => result !== true);
      if (unmet.length === 0) return { ready: true, reasons: [] };
      return { ready: false, status: unmet[0] as string, reasons: unmet };
    },
  };
}

function expressions(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
  } catch {
    // Not JSON: one expression.
  }
  return [text];
}

function parseExpression(text: string): Condition {
  if (text.startsWith("jsonpath=")) return jsonPath(text.slice("jsonpath=".length));
  if (text.startsWith("condition=")) return condition(text.slice("condition=".length));
  throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${text}"`);
}

/** A status of an older generation is ignored. */
function isStale(object: KubeObject, observed: unknown): boolean {
  return typeof observed === "number" && observed < (metadata(object)["generation"] ?? 0);
}

function jsonPath(text: string): Condition {
  const [, path = "", , wanted] = /^((?:[^=]|==)*)(=(.*))?$/s.exec(text) ?? [];
  if (/^'.*'$/.test(path)) throw new Error(`${path} should omit shell quotes`);
  const inner = /\{\s*(.*?)\s*\}/.exec(path)?.[1];
  if (inner === undefined) throw new Error(`${path} should be wrapped in brackets { ... }`);
  if (wanted === "") throw new Error(`${path}= requires a value`);
  if (wanted && /(^|[^=])=([^=]|$)/.test(wanted))
    throw new Error(`format should be {.path}=value or {.path}, got "${text}"`);
  const steps = parseJsonPath(inner);
  const goal = wanted === undefined ? path : `${path}=${wanted}`;
  return (object) => {
    if (isStale(object, pluck(object, "status", "observedGeneration"))) return `Waiting for ${goal}`;
    const found = selectJsonPath(object, steps);
    if (found.length === 0) return `${path} selected nothing`;
    const value = found[0];
    if (wanted === undefined) return true;
    if (Array.isArray(value) || isObject(value))
      throw new Error(`"${path}" has a non-primitive value (${JSON.stringify(value)})`);
    return String(value) === wanted || `Waiting for ${goal} (found "${String(value)}")`;
  };
}

function condition(text: string): Condition {
  const [type = "", status = "True"] = text.split("=");
  return (object) => {
    const waiting = `Waiting for condition "${type}=${status}"`;
    if (isStale(object, pluck(object, "status", "observedGeneration"))) return waiting;
    const conditions: Props[] = pluck(object, "status", "conditions") ?? [];
    const found = conditions.find((item) => String(item["type"]).toLowerCase() === type.toLowerCase());
    if (!found || isStale(object, found["observedGeneration"])) return waiting;
    if (String(found["status"]).toLowerCase() === status.toLowerCase()) return true;
    const detail = [found["reason"], found["message"]].filter(Boolean).join(": ");
    return `${waiting} (found "${found["status"]}"${detail ? `, ${detail}` : ""})`;
  };
}
