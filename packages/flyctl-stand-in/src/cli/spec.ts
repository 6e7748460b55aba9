import type { Call } from "./call.ts";
import type { AppRule, FlagSpec } from "./flag-spec.ts";

/** How many positional arguments a command takes; `any` is cobra's default. */
export type ArgumentRule =
  | { readonly kind: "any" }
  | { readonly kind: "none" }
  | { readonly kind: "exactly"; readonly count: number }
  | { readonly kind: "atLeast"; readonly count: number }
  | { readonly kind: "atMost"; readonly count: number }
  | { readonly kind: "between"; readonly least: number; readonly most: number };

export interface CommandSpec {
  /** Words after `flyctl`, for example `redis create`. */
  readonly path: string;
  /** The text after the last word in the usage line. */
  readonly operands?: string;
  readonly short: string;
  readonly aliases?: readonly string[];
  readonly flags: readonly FlagSpec[];
  readonly args: ArgumentRule;
  readonly session: boolean;
  readonly app: AppRule;
  /** Whether the command can change something at Fly.io. */
  readonly mutating: boolean | ((words: readonly string[]) => boolean);
  readonly run: (call: Call) => void | Promise<void>;
}

export interface GroupSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly short: string;
}
