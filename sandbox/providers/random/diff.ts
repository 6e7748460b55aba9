import type { PropertyChange } from "../../engine/provider.ts";
import { equal, isObject, type Props, type Value } from "../../engine/values.ts";
import { withDefaults, type Kind } from "./kinds.ts";

/**
 * Every changed argument makes a new resource, except changes that mean nothing. The comparison is with the state,
 * which holds the defaults: to spell out a default changes nothing.
 */
export function diffArguments(kind: Kind, olds: Props, news: Props): PropertyChange[] {
  const before = withDefaults(kind, olds);
  const after = withDefaults(kind, news);
  const changes: PropertyChange[] = [];
  for (const name of [...Object.keys(kind.types), "keepers"]) {
    const [old, next] = [before[name], after[name]];
    if (equal(old, next)) continue;
    const change = olds[name] === undefined ? "add" : news[name] === undefined ? "delete" : "update";
    const replace =
      name === "keepers"
        ? keepersReplace(old, next)
        : !(name === "overrideSpecial" && old === "" && next === undefined);
    changes.push({ path: [name], kind: change, replace });
  }
  return changes;
}

/** Keepers of null count as absent. */
function keepersReplace(old: Value, next: Value): boolean {
  const present = (value: Value): Props =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined))
      : {};
  if (typeof next === "string") return true;
  return !equal(present(old), present(next));
}
