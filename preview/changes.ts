import { stringify } from "yaml";
import { aroundChange, inline, textDiff } from "pulumi-embedded-engine/display";
import { formatPath, isObject, leafDiff, type Path, type Props, type Step, type Value } from "pulumi-embedded-engine";
import { isSeal, sealed, unsealed } from "./sealed.ts";

export type ChangeOp = "create" | "update" | "replace" | "delete";

export interface PropertyDiff {
  /** `fly.toml` for the machine configuration, otherwise the property's path. */
  path: string;
  kind: "add" | "update" | "delete";
  /** Lines of a unified diff. */
  lines: string[];
  secret: boolean;
  replaces: boolean;
}

export interface Change {
  op: ChangeOp;
  name: string;
  type: string;
  /** Whether Pulumi refuses to replace or delete the resource. */
  protect: boolean;
  properties: PropertyDiff[];
}

const ops: readonly string[] = ["create", "update", "replace", "delete"] satisfies ChangeOp[];
const longest = 400;
const titles: Readonly<Record<string, string>> = { "environment.STEP_MACHINE_CONFIG": "fly.toml" };

/** The changed resources, deletions and replacements first. */
export function changesOf(steps: readonly Step[]): Change[] {
  const rank = (op: ChangeOp): number => ["delete", "replace", "update", "create"].indexOf(op);
  return steps
    .filter(({ op, custom }) => ops.includes(op) && custom)
    .map(changeOf)
    .sort((a, b) => rank(a.op) - rank(b.op) || a.name.localeCompare(b.name));
}

function changeOf(step: Step): Change {
  const { name, type, protect } = step;
  const op = step.op as ChangeOp;
  return { op, name, type, protect, properties: op === "delete" ? [] : propertiesOf(step) };
}

function propertiesOf({ op, inputs, oldInputs, detailedDiff = {}, replaceKeys = [] }: Step): PropertyDiff[] {
  const after = visible(inputs);
  if (op === "create" || oldInputs === undefined) {
    return Object.entries(after).map(([key, value]) => difference([key], "add", undefined, value, false));
  }
  const before = visible(oldInputs);
  const forced = new Set(Object.keys(detailedDiff).filter((path) => detailedDiff[path]?.kind.endsWith("-replace")));
  return leafDiff(before, after).map(({ path, kind }) => {
    const text = formatPath(path);
    return difference(path, kind, at(before, path), at(after, path), forced.has(text) || replaceKeys.includes(text));
  });
}

/** Omits internal properties of the engine. */
function visible(inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(sealed(inputs) as Props).filter(([key, value]) => !key.startsWith("__") && value !== undefined),
  );
}

function difference(
  path: Path,
  kind: PropertyDiff["kind"],
  before: Value,
  after: Value,
  replaces: boolean,
): PropertyDiff {
  const text = formatPath(path);
  const secret = isSeal(before) || isSeal(after);
  return {
    path: titles[text] ?? text,
    kind,
    lines: linesOf(unsealed(before), unsealed(after), secret),
    secret,
    replaces,
  };
}

function linesOf(before: Value, after: Value, secret: boolean): string[] {
  if (secret && before !== undefined && after !== undefined) return ["~ [secret] changed"];
  if (typeof before === "string" && typeof after === "string") {
    if ((before + after).includes("\n")) return textDiff(before, after);
    const [had, has] = aroundChange(inline(before), inline(after), longest);
    return [`- ${had}`, `+ ${has}`];
  }
  return [...signed("-", before), ...signed("+", after)];
}

function signed(sign: string, value: Value): string[] {
  if (value === undefined) return [];
  const text = isObject(value) || Array.isArray(value) ? stringify(value, { lineWidth: 0 }).trimEnd() : scalar(value);
  return text.split("\n").map((line) => `${sign} ${line.length > longest ? `${line.slice(0, longest)}…` : line}`);
}

function scalar(value: Value): string {
  return typeof value === "string" && value.includes("\n") ? value.trimEnd() : inline(value);
}

function at(value: Value, path: Path): Value {
  return path.reduce<Value>((inner, key) => inner?.[key], value);
}
