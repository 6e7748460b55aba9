import type { Resource } from "./resource.ts";

/** `mandatory` stops the preview or the deployment; `advisory` is only told. */
export type Level = "mandatory" | "advisory";

export interface Violation {
  resource: Resource;
  /** What is wrong with it, in words that end with what to do. */
  message: string;
}

export interface Context<Settings> {
  settings: Settings;
  /** Every secret whose value is known, at least `shortestSecret` long. */
  secrets: ReadonlySet<string>;
}

/** A setting of a rule, as JSON Schema, with its default. */
export interface Setting {
  type: "array" | "integer";
  items?: { type: "string" };
  default: string[] | number;
  description: string;
}

/**
 * A rule of the pack. What one resource alone decides is asked of each before it is made; what takes several is asked of
 * all at the end of a preview, and so before an update too.
 */
export interface Rule<Settings = Record<string, never>> {
  name: string;
  /** One sentence: what is wanted. */
  wants: string;
  /** Why, for somebody who would rather not. */
  reason: string;
  /** What to do about a violation. */
  fix: string;
  level: Level;
  settings: { [Key in keyof Settings]: Setting & { default: Settings[Key] } };
  ofResource?(resource: Resource, context: Context<Settings>): string[];
  ofStack?(resources: readonly Resource[], context: Context<Settings>): Violation[];
}

/** A rule among others. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each has settings of its own
export type AnyRule = Rule<any>;
