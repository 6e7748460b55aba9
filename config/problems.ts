import { closest } from "fastest-levenshtein";
import { z } from "zod";

/** One problem in a stack's configuration. */
export interface Problem {
  /** The key without its namespace, with the path inside it: `fly.redis.plan`. */
  key: string;
  /** "Problem. Fix", without the final full stop. */
  message: string;
}

/** Lists every problem of a configuration. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ key, message }) => `  chatwoot:${printable(key)}: ${message}.`);
    super([`Pulumi.${stack}.yaml has ${count}; nothing was changed:`, ...lines].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** A key as one line: its names come from the stack file. */
function printable(key: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters to replace
  return key.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}

/** Converts zod's issues; uses the message of the schema if it has one. */
export function describeIssues(key: string, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const at = [key, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), issue.path);
      return issue.keys.map((name) => ({ key: `${at}.${name}`, message: unknownKey(name, known) }));
    }
    if (issue.code === "invalid_type") {
      const missing = issue.input === undefined;
      const unquoted = issue.expected === "string" && ["number", "boolean"].includes(typeof issue.input);
      const fix = unquoted ? "Put it in quotation marks" : "Write one";
      return [
        {
          key: at,
          message: missing ? `is missing. Add it to the stack file` : `is not ${article(issue.expected)}. ${fix}`,
        },
      ];
    }
    const variant = issue.code === "invalid_union" ? variantMeant(issue.errors) : undefined;
    if (variant !== undefined) return describeIssues(at, schema, variant);
    // For a key of a record, zod nests the message one level deeper.
    const message = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
    return [{ key: at, message: message ?? issue.message }];
  });
}

/** The issues of the union's variant that the value matches apart from its members; undefined if none matches. */
function variantMeant(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return errors.find((issues) => issues.every(({ path }) => path.length > 0));
}

/** The message for an unknown key, with the nearest known key. */
export function unknownKey(name: string, known: readonly string[]): string {
  if (known.includes(name)) return "is not a setting of this kind. Remove it, or choose the kind that has it";
  const nearest = known.length === 0 ? undefined : closest(name, [...known]);
  return nearest === undefined
    ? "is not a setting. Remove it"
    : `is not a setting. Did you mean ${nearest}? Otherwise remove it`;
}

type JsonSchema = z.core.JSONSchema._JSONSchema;

function knownKeys(schema: JsonSchema | undefined, path: readonly PropertyKey[]): string[] {
  if (typeof schema !== "object") return [];
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0) return variants.flatMap((variant) => knownKeys(variant, path));
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(schema.properties ?? {});
  return knownKeys(typeof head === "number" ? (schema.items as JsonSchema) : schema.properties?.[String(head)], rest);
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: "an object",
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
  };
  return names[type] ?? `of type ${type}`;
}
