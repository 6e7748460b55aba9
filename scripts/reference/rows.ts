import type { JsonNode } from "./doc-comments.ts";

/** One key in the reference. */
export interface Row {
  path: string;
  /** The value that selects the key's variant, as `kind: s3`; empty if every variant has the key. */
  variant: string;
  type: string;
  /** `required`, a value, or empty if omitting the key has its own meaning. */
  fallback: string;
  meaning: string;
}

/** A key and everything below it, in the order of the schema. */
export function rowsOf(path: string, node: JsonNode, required: boolean, variant = ""): Row[] {
  const below = rowsBelow(path, node, variant);
  // An object's default only repeats its members' defaults.
  const fallback = required ? "required" : below.length > 0 && node.oneOf === undefined ? "" : valueOf(node.default);
  const row: Row = { path, variant, type: typeOf(node), fallback, meaning: meaningOf(node) };
  return [row, ...below];
}

function rowsBelow(path: string, node: JsonNode, variant: string): Row[] {
  const variants = [...(node.oneOf ?? []), ...(node.anyOf ?? [])].filter((one) => one.properties !== undefined);
  if (variants.length > 0)
    return merged(
      variants.flatMap((one) => {
        const chosen = choiceOf(one);
        const words = chosen === undefined ? variant : `${chosen[0]}: ${chosen[1]}`;
        return properties(path, one, words).filter(({ path: key }) => key !== `${path}.${chosen?.[0]}`);
      }),
    );
  if (node.properties !== undefined) return properties(path, node, variant);
  return node.items === undefined ? [] : rowsBelow(`${path}[]`, node.items, variant);
}

function properties(path: string, { properties: keys = {}, required = [] }: JsonNode, variant: string): Row[] {
  return Object.entries(keys).flatMap(([key, node]) => rowsOf(`${path}.${key}`, node, required.includes(key), variant));
}

/** One row for what several variants have in the same way. */
function merged(rows: readonly Row[]): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, variant: "" });
    const same = found.get(key);
    if (same === undefined) found.set(key, { ...row });
    else same.variant += ` or ${row.variant.split(": ")[1] ?? ""}`;
  }
  return [...found.values()];
}

/** The key whose fixed value tells the variants of a union apart. One variant may be selected without it. */
function choiceOf({ properties: keys = {}, required = [] }: JsonNode): [string, string] | undefined {
  const found = Object.entries(keys).find(
    ([key, node]) => typeof node.const === "string" && (required.includes(key) || key === "kind"),
  );
  return found && [found[0], found[1].const as string];
}

function typeOf(node: JsonNode): string {
  const choices = (node.oneOf ?? []).map(choiceOf).filter((choice) => choice !== undefined);
  if (choices.length > 0) return `object; ${choices.map(([key, value]) => `\`${key}: ${value}\``).join(" or ")}`;
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(typeOf))].join(" or ");
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node.const !== undefined) return valueOf(node.const);
  if (node.items !== undefined) return `list of ${node.items.enum ? typeOf(node.items) : plural(typeOf(node.items))}`;
  if (node.type === "object" && node.properties === undefined) {
    const value = typeof node.additionalProperties === "object" ? typeOf(node.additionalProperties) : "any";
    return `${value} by name`;
  }
  if (node.type === "integer" || node.type === "number") return numberOf(node);
  if (Array.isArray(node.type)) return node.type.map((type) => words[type] ?? type).join(", ");
  return words[node.type ?? ""] ?? node.type ?? "any";
}

const words: Readonly<Record<string, string>> = { string: "text", boolean: "true or false" };

function numberOf({ type, minimum, maximum, multipleOf }: JsonNode): string {
  const step = multipleOf === undefined ? "" : `, a multiple of ${multipleOf}`;
  return `${type === "integer" ? "whole number" : "number"} from ${minimum} to ${maximum}${step}`;
}

const plural = (type: string): string => type.replace(/^text$/, "texts").replace(/^object/, "objects");

function valueOf(value: unknown): string {
  if (value === undefined) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** The description without the sentence on the default, which has its own column. */
function meaningOf({ description = "", default: value }: JsonNode): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return description;
  const sentence = `Default: ${String(value)}.`;
  return `${description} `.replace(` ${sentence} `, " ").trim();
}
