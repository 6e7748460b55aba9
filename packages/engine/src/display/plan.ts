import pc from "picocolors";
import type { Changes, EngineEvent, Op, StepEventMetadata } from "../events.ts";
import { parsePath, type Path } from "../paths.ts";
import { isDefaultProvider, stackType, urnName } from "../urn.ts";
import type { Value } from "../values.ts";
import { aroundChange, block, inline, isMultiline, shorten, textDiff } from "./values.ts";

/** How a text is coloured; `pc.createColors(false)` gives plain text. */
export type Colors = ReturnType<typeof pc.createColors>;

export interface DisplayOptions {
  color: boolean;
  /** Include unchanged resources. */
  showSames?: boolean;
}

const signs: Record<Op, string> = {
  same: " ",
  create: "+",
  update: "~",
  delete: "-",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  read: ">",
  "read-replacement": ">>",
  discard: "<",
  "discard-replaced": "<<",
  "remove-pending-replace": "~",
};

function paint(colors: Colors, op: Op): (text: string) => string {
  if (op === "create" || op === "create-replacement") return colors.green;
  if (op === "delete" || op === "delete-replaced") return colors.red;
  if (op === "update") return colors.yellow;
  if (op === "replace") return colors.magenta;
  return op === "same" ? colors.dim : colors.cyan;
}

/** The logical steps: the parts of a replacement count as one. */
export function logicalSteps(events: readonly EngineEvent[]): StepEventMetadata[] {
  const steps = events.flatMap((event) => ("resourcePreEvent" in event ? [event.resourcePreEvent.metadata] : []));
  // Default providers are not declared by the program.
  return steps.filter(({ logical, urn }) => logical && !isDefaultProvider(urn));
}

/** One line per step, with aligned columns. */
export function stepList(events: readonly EngineEvent[], { color, showSames = false }: DisplayOptions): string {
  const colors = pc.createColors(color);
  const steps = logicalSteps(events).filter(({ op }) => showSames || op !== "same");
  const widest = Math.max(0, ...steps.map(({ op }) => op.length));
  const widestType = Math.min(60, Math.max(0, ...steps.map(({ type }) => type.length)));
  return steps
    .map(({ op, type, urn, diffs }) => {
      const changed = diffs !== undefined && diffs.length > 0 ? `  [diff: ${diffs.join(", ")}]` : "";
      const text = `${signs[op].padStart(2)} ${op.padEnd(widest)}  ${type.padEnd(widestType)}  ${urnName(urn)}${changed}`;
      return paint(colors, op)(shorten(text.trimEnd()));
    })
    .join("\n");
}

export interface StepLineOptions {
  color: boolean;
  failed?: boolean;
  /** How long it took. */
  seconds?: number | undefined;
}

/** A step as one line of the progress; undefined for internal steps. */
export function stepLine(
  step: StepEventMetadata,
  { color, failed = false, seconds }: StepLineOptions,
): string | undefined {
  const { op, urn, type, diffs = [] } = step;
  if (op === "same" || isDefaultProvider(urn) || type === stackType) return undefined;
  const colors = pc.createColors(color);
  const sign = failed ? "!" : signs[op];
  const parts = [`${sign.padStart(2)} ${op.padEnd(18)} ${shortType(type).padEnd(34)} ${urnName(urn)}`];
  if (diffs.length > 0) parts.push(`[diff: ${diffs.join(", ")}]`);
  if (seconds !== undefined && seconds >= 0.1) parts.push(`${seconds.toFixed(1)} s`);
  return (failed ? colors.red : paint(colors, op))(parts.join("  "));
}

/** The distinctive part of a type: `apps/v1:Deployment`, `RandomPassword`. */
function shortType(type: string): string {
  const [pkg, module = "", name = ""] = type.split(":");
  return pkg === "kubernetes" ? `${module}:${name}` : name;
}

/** Every changed resource with its changes, as a tree by parent. */
export function detailedDiff(events: readonly EngineEvent[], { color, showSames = false }: DisplayOptions): string {
  const colors = pc.createColors(color);
  const steps = logicalSteps(events);
  const known = new Set(steps.map(({ urn }) => urn));
  const parentOf = (step: StepEventMetadata): string => step.new?.parent ?? step.old?.parent ?? "";
  const children = Map.groupBy(steps, (step) => (known.has(parentOf(step)) ? parentOf(step) : ""));
  const render = (step: StepEventMetadata, depth: number): string[] => {
    const below = (children.get(step.urn) ?? []).flatMap((child) => render(child, depth + 1));
    const silent = step.op === "same" && !showSames && below.length === 0;
    return silent ? [] : [...resource(step, depth, colors), ...below];
  };
  return (children.get("") ?? []).flatMap((step) => render(step, 0)).join("\n");
}

function resource(step: StepEventMetadata, depth: number, colors: Colors): string[] {
  const pad = "  ".repeat(depth);
  const head = `${pad}${signs[step.op].padEnd(2)} ${step.type}: ${urnName(step.urn)} (${step.op})`;
  const lines = [paint(colors, step.op)(head)];
  const indent = pad.length + 5;
  if (step.new?.protect === true && step.op !== "same") lines.push(colors.dim(`${" ".repeat(indent)}protected`));
  return [...lines, ...properties(step, indent, colors)];
}

function properties(step: StepEventMetadata, indent: number, colors: Colors): string[] {
  if (step.type === stackType || step.op === "same" || step.op === "delete" || step.op === "discard") return [];
  const { old, new: next } = step;
  if (step.detailedDiff === undefined || old === undefined) {
    const inputs = Object.entries(next?.inputs ?? {}).filter(([key]) => !key.startsWith("__"));
    return inputs.flatMap(([key, value]) => block(key, value, indent)).map((line) => colors.green(line));
  }
  return Object.entries(step.detailedDiff).flatMap(([path, { diffKind }]) => {
    const place = parsePath(path);
    const forced = diffKind.endsWith("-replace") ? " # forces replacement" : "";
    return change(path, at(old.inputs, place), at(next?.inputs, place), forced, indent, colors);
  });
}

function change(path: string, before: Value, after: Value, forced: string, indent: number, colors: Colors): string[] {
  const pad = " ".repeat(indent);
  if (isMultiline(before) || isMultiline(after)) {
    if (typeof before === "string" && typeof after === "string" && before !== "[secret]" && after !== "[secret]") {
      return [
        colors.yellow(`${pad}~ ${path}:${forced}`),
        ...textDiff(before, after).map((line) => `${pad}    ${tint(line, colors)}`),
      ];
    }
  }
  if (before === undefined && after === undefined) return [colors.yellow(`${pad}~ ${path}${forced}`)];
  if (before === undefined) return mark("+", block(path, after, 0), pad, colors.green, forced);
  if (after === undefined) return mark("-", block(path, before, 0), pad, colors.red, forced);
  const line = `${pad}~ ${path}: ${inline(before)} => ${inline(after)}${forced}`;
  if (line.length <= 100) return [colors.yellow(line)];
  const [had, has] = aroundChange(inline(before), inline(after), 95 - pad.length);
  return [colors.yellow(`${pad}~ ${path}:${forced}`), colors.red(`${pad}  - ${had}`), colors.green(`${pad}  + ${has}`)];
}

function mark(sign: string, lines: string[], pad: string, color: (text: string) => string, forced: string): string[] {
  return lines.map((line, i) => color(shorten(`${pad}${i === 0 ? sign : " "} ${line}${i === 0 ? forced : ""}`)));
}

function tint(line: string, colors: Colors): string {
  if (line.startsWith("+")) return colors.green(line);
  if (line.startsWith("-")) return colors.red(line);
  return line.startsWith("@") ? colors.cyan(line) : line;
}

function at(value: Value, path: Path): Value {
  return path.reduce<Value>(
    (inner, key) => (typeof inner === "object" && inner !== null ? inner[key] : undefined),
    value,
  );
}

const words: [Op, string, string][] = [
  ["create", "to create", "created"],
  ["update", "to update", "updated"],
  ["replace", "to replace", "replaced"],
  ["delete", "to delete", "deleted"],
  ["read", "to read", "read"],
  ["discard", "to forget", "forgotten"],
  ["same", "unchanged", "unchanged"],
];

/** `2 to create, 1 to replace, 5 unchanged`. */
export function summaryLine(changes: Changes, { preview }: { preview: boolean }): string {
  const parts = words.flatMap(([op, planned, done]) => {
    const count = changes[op] ?? 0;
    return count === 0 ? [] : [`${count} ${preview ? planned : done}`];
  });
  return parts.length === 0 ? "no resources" : parts.join(", ");
}
