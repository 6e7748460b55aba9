import type { Resource } from "./resource.ts";

/** `mandatory` stops the preview or the deployment; `advisory` is only reported. */
export type Level = "mandatory" | "advisory";

export interface Violation {
  resource: Resource;
  /** `<problem>. <fix>.` */
  message: string;
}

export interface Context<Settings> {
  settings: Settings;
  /** Known secret values of at least `shortestSecret` characters. */
  secrets: ReadonlySet<string>;
}

/** A setting of a rule, as JSON Schema. */
export interface Setting {
  type: "array" | "integer";
  items?: { type: "string" };
  default: string[] | number;
  description: string;
}

/** `ofResource` runs before each resource is created; `ofStack` runs at the end of a preview, and so before an update. */
export interface Rule<Settings = Record<string, never>> {
  name: string;
  /** The requirement, one sentence. */
  requirement: string;
  /** The consequence of a violation. */
  reason: string;
  /** The fix of a violation. */
  fix: string;
  level: Level;
  settings: { [Key in keyof Settings]: Setting & { default: Settings[Key] } };
  ofResource?(resource: Resource, context: Context<Settings>): string[];
  ofStack?(resources: readonly Resource[], context: Context<Settings>): Violation[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- settings differ by rule
export type AnyRule = Rule<any>;
