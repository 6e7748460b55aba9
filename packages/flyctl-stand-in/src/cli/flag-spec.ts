export type FlagType = "bool" | "string" | "int" | "float" | "strings" | "stringArray" | "duration";

export interface FlagSpec {
  readonly name: string;
  readonly type: FlagType;
  readonly usage: string;
  readonly short?: string;
  readonly aliases?: readonly string[];
  /** The alias's own shorthand is its first letter (cobra's UseAliasShortHand). */
  readonly aliasShorthand?: boolean;
  readonly default?: boolean | string | number;
  /** The value that a string flag takes when it is given without one. */
  readonly bareValue?: string;
  readonly hidden?: boolean;
}

/** Whether a command needs an app, and whether it is optional. */
export type AppRule = "none" | "optional" | "required";
