import { isObject, type Value } from "./values.ts";

/** One key of the `config:` block of Pulumi.yaml. */
export interface ConfigType {
  type?: string;
  items?: ItemsType;
  /** The value if the stack sets none: a `default`, or a fixed `value`. */
  value?: Value;
  /** Whether the stack must hold the value encrypted. */
  secret: boolean;
}

export interface ItemsType {
  type: string;
  items?: ItemsType;
}

const types = ["string", "integer", "boolean", "array", "object"];

/** Checks and decodes the `config:` block as Pulumi does. */
export function parseProjectConfig(block: Value, project: string, file: string): Record<string, ConfigType> {
  if (!isObject(block)) throw new Error(`${file}: 'config' is not a mapping. Write one entry for each key.`);
  const entries = Object.entries(block).map(([key, entry]) => {
    return [key, parseEntry(key, entry, isOwn(key, project), file)] as const;
  });
  return Object.fromEntries(entries);
}

function isOwn(key: string, project: string): boolean {
  return !key.includes(":") || key.startsWith(`${project}:`);
}

function parseEntry(key: string, entry: Value, own: boolean, file: string): ConfigType {
  const where = `${file}: project config '${key}'`;
  // The short form, `key: value`.
  if (!isObject(entry)) return { value: entry, secret: false };
  const { type, items, default: fallback, value, secret } = entry;
  if (fallback !== undefined && value !== undefined) {
    throw new Error(`${where} cannot have both a 'default' and 'value' attribute. Remove one.`);
  }
  if (!own && (type !== undefined || fallback !== undefined)) {
    throw new Error(`${where} is not namespaced by the project and should not define a type or default. Use 'value'.`);
  }
  if (!own && value === undefined)
    throw new Error(`${where} is namespaced and must provide an attribute 'value'. Add it.`);
  if (type !== undefined && !types.includes(type)) {
    throw new Error(`${where} has the unknown type '${type}'. Use one of ${types.join(", ")}.`);
  }
  if (type === "array" && items === undefined) {
    throw new Error(`${where} declares an array but does not specify its type. Add 'items'.`);
  }
  if (type !== undefined && fallback !== undefined && !hasType(type, items, fallback)) {
    throw new Error(`${where}: the default value is not of the expected type '${typeName(type, items)}'. Correct it.`);
  }
  const given: Value = fallback ?? value;
  return {
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items }),
    ...(given === undefined ? {} : { value: given }),
    secret: secret === true,
  };
}

/** Whether a value is of a type; numbers and booleans may come as text. */
export function hasType(type: string, items: ItemsType | undefined, value: Value): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return typeof value === "string" ? /^[+-]?\d+$/.test(value) : Number.isInteger(value);
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isObject(value);
    default:
      return (
        Array.isArray(value) && items !== undefined && value.every((item) => hasType(items.type, items.items, item))
      );
  }
}

export function typeName(type: string, items: ItemsType | undefined): string {
  return items === undefined ? type : `array<${typeName(items.type, items.items)}>`;
}
