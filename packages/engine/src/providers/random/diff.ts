import type { PropertyChange } from "../../provider.ts";
import { equal, isObject, type Props, type Value } from "../../values.ts";
import { coerceArguments } from "./coerce.ts";
import { withDefaults, type Kind } from "./kinds.ts";

/**
 * Every changed argument replaces the resource, except changes without an effect. The state contains the defaults, so
 * setting a default explicitly is not a change.
 */
export function diffArguments(kind: Kind, oldInputs: Props, newInputs: Props): PropertyChange[] {
  if (conflicts(newInputs)) {
    throw new Error(
      "Number and numeric are both configured with different values - Number is deprecated, use numeric instead",
    );
  }
  const olds = withDefaults(kind, coerceArguments(kind, oldInputs));
  const news = withDefaults(kind, coerceArguments(kind, newInputs));
  const changes: PropertyChange[] = [];
  for (const name of [...Object.keys(kind.types), "keepers"]) {
    const [old, next] = [olds[name], news[name]];
    if (equal(old, next)) continue;
    const change = oldInputs[name] === undefined ? "add" : newInputs[name] === undefined ? "delete" : "update";
    const means =
      name === "keepers" ? keepersDiffer(old, next) : !(name === "overrideSpecial" && old === "" && next === undefined);
    changes.push({ path: [name], kind: change, replace: means });
  }
  return changes;
}

export function conflicts(inputs: Props): boolean {
  const { number, numeric } = inputs;
  return typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric;
}

/** Keepers of null count as absent. */
function keepersDiffer(old: Value, next: Value): boolean {
  const present = (value: Value): Props =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined))
      : {};
  return typeof next === "string" || !equal(present(old), present(next));
}
