import { isObject, type Value } from "../../../values.ts";

type Step =
  | { kind: "key"; key: string }
  | { kind: "index"; index: number }
  | { kind: "all" }
  | { kind: "filter"; path: Step[]; value: string };

/**
 * The steps of a JSONPath such as `.status.conditions[?(@.type=="Ready")].status`: keys, indexes, `*`, and filters by
 * equality.
 */
export function parseJsonPath(text: string): Step[] {
  const steps: Step[] = [];
  let rest = text.trim().replace(/^\$/, "");
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length);
    return match;
  };
  while (rest !== "") {
    let match;
    if (take(/^(\.\*|\[\*\])/)) steps.push({ kind: "all" });
    else if ((match = take(/^\[(-?\d+)\]/))) steps.push({ kind: "index", index: Number(match[1]) });
    else if ((match = take(/^\[\s*'((?:[^'\\]|\\.)*)'\s*\]|^\[\s*"((?:[^"\\]|\\.)*)"\s*\]/))) {
      steps.push({ kind: "key", key: (match[1] ?? match[2] ?? "").replaceAll(/\\(.)/g, "$1") });
    } else if ((match = take(/^\[\?\(?\s*@([^=\s]+?)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*\)?\]/))) {
      steps.push({
        kind: "filter",
        path: parseJsonPath(match[1] ?? ""),
        value: match[2] ?? match[3] ?? match[4] ?? "",
      });
    } else if ((match = take(/^\.((?:[^.[\]\\]|\\.)+)/)))
      steps.push({ kind: "key", key: (match[1] ?? "").replaceAll(/\\(.)/g, "$1") });
    else throw new Error(`parsing "${text}": the sandbox does not understand "${rest}"`);
  }
  return steps;
}

/** All values that the steps lead to. */
export function selectJsonPath(value: Value, steps: Step[]): Value[] {
  return steps.reduce<Value[]>((values, step) => values.flatMap((item) => follow(item, step)), [value]);
}

function follow(value: Value, step: Step): Value[] {
  const items: Value[] = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  switch (step.kind) {
    case "key":
      return isObject(value) && step.key in value ? [value[step.key]] : [];
    case "index":
      return Array.isArray(value) && value.at(step.index) !== undefined ? [value.at(step.index)] : [];
    case "all":
      return items;
    case "filter":
      return items.filter((item) => selectJsonPath(item, step.path).some((found) => String(found) === step.value));
  }
}
