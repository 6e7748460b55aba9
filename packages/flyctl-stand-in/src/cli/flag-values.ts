import { UsageError } from "./errors.ts";
import { parseGoDuration } from "./durations.ts";
import type { FlagSpec } from "./flag-spec.ts";

type Value = boolean | number | string | readonly string[];

const trueWords = ["1", "t", "T", "TRUE", "true", "True"];
const falseWords = ["0", "f", "F", "FALSE", "false", "False"];

/** The flags of one command line and their values. */
export class FlagValues {
  readonly #specs: readonly FlagSpec[];
  readonly #values = new Map<string, Value>();

  constructor(specs: readonly FlagSpec[]) {
    this.#specs = specs;
  }

  byName(name: string): FlagSpec | undefined {
    return this.#specs.find((spec) => spec.name === name || (spec.aliases ?? []).includes(name));
  }

  byLetter(letter: string): FlagSpec | undefined {
    return this.#specs.find(
      (spec) =>
        spec.short === letter ||
        (spec.aliasShorthand === true && (spec.aliases ?? []).some((alias) => alias.startsWith(letter))),
    );
  }

  set(spec: FlagSpec, text: string): void {
    if (spec.type === "strings" || spec.type === "stringArray") {
      const added = spec.type === "strings" ? text.split(",") : [text];
      this.#values.set(spec.name, [...this.strings(spec.name), ...added]);
    } else {
      this.#values.set(spec.name, convert(spec, text));
    }
  }

  given(name: string): boolean {
    return this.#values.has(name);
  }

  string(name: string): string {
    return String(this.#values.get(name) ?? this.#default(name) ?? "");
  }

  bool(name: string): boolean {
    return (this.#values.get(name) ?? this.#default(name) ?? false) === true;
  }

  number(name: string): number {
    return Number(this.#values.get(name) ?? this.#default(name) ?? 0);
  }

  strings(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  #default(name: string): boolean | string | number | undefined {
    return this.#specs.find((spec) => spec.name === name)?.default;
  }
}

function convert(spec: FlagSpec, text: string): Value {
  const refuse = (reason: string): UsageError => {
    const label = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
    return new UsageError(`invalid argument "${text}" for "${label}" flag: ${reason}`);
  };
  switch (spec.type) {
    case "bool":
      if (trueWords.includes(text)) return true;
      if (falseWords.includes(text)) return false;
      throw refuse(`strconv.ParseBool: parsing "${text}": invalid syntax`);
    case "int":
      if (/^[+-]?\d+$/.test(text)) return Number(text);
      throw refuse(`strconv.ParseInt: parsing "${text}": invalid syntax`);
    case "float":
      if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
      throw refuse(`strconv.ParseFloat: parsing "${text}": invalid syntax`);
    case "duration": {
      const parsed = parseGoDuration(text);
      if ("problem" in parsed) throw refuse(parsed.problem);
      return parsed.nanoseconds;
    }
    default:
      return text;
  }
}
