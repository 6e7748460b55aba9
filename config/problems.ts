import { closest } from "fastest-levenshtein";
import { z } from "zod";

/** One thing that is wrong with a stack's configuration. */
export interface Problem {
  /** The key without its namespace, with the path inside it: `fly.redis.plan`. */
  key: string;
  /** "What is wrong. What to do", without a final full stop. */
  message: string;
}

/** Lists every problem, in the form that all messages of this project have. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ key, message }) => `  chatwoot:${key}: ${message}.`);
    super([`Pulumi.${stack}.yaml has ${count}; nothing was changed:`, ...lines].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** A sentence about a zod issue: our own where the schema has one, otherwise what the kind of issue tells. */
export function describeIssues(key: string, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const at = [key, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), issue.path);
      return issue.keys.map((name) => ({ key: `${at}.${name}`, message: unknownKey(name, known) }));
    }
    if (issue.code === "invalid_type") {
      const missing = issue.input === undefined;
      return [
        {
          key: at,
          message: missing ? `is missing. Add it to the stack file` : `is not ${article(issue.expected)}. Write one`,
        },
      ];
    }
    const variant = issue.code === "invalid_union" ? variantMeant(issue.errors) : undefined;
    if (variant !== undefined) return describeIssues(at, schema, variant);
    // What is wrong with a name in a record stands one level deeper.
    const message = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
    return [{ key: at, message: message ?? issue.message }];
  });
}

/** The variant of a union that the value is a kind of, though one with mistakes in it; undefined where it is of none. */
function variantMeant(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  return errors.find((issues) => issues.every(({ path }) => path.length > 0));
}

/** For a key that nobody knows: the nearest one that is known. */
export function unknownKey(name: string, known: readonly string[]): string {
  if (known.includes(name)) return "belongs to another kind. Remove it, or choose the kind that has it";
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
    boolean: "true or false",
    array: "a list",
  };
  return names[type] ?? `of type ${type}`;
}
