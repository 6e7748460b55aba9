import type { ProviderFactory } from "../../provider.ts";
import { unknownMarker } from "../../values.ts";
import { checkArguments } from "./check.ts";
import { coerceArguments } from "./coerce.ts";
import { conflicts, diffArguments } from "./diff.ts";
import { kinds, withDefaults, type Kind } from "./kinds.ts";

function kindOf(type: string): { name: string; kind: Kind } {
  const name = type.split(":")[2] ?? "";
  const kind = kinds[name];
  if (!kind) throw new Error(`the sandbox does not implement ${type}; it has ${Object.keys(kinds).join(", ")}`);
  return { name, kind };
}

/** Random passwords, ids and names, stored in the state until an argument changes. */
export const randomProvider: ProviderFactory = () => ({
  check(news, _olds, context) {
    const { name, kind } = kindOf(context.type);
    return Promise.resolve({ inputs: news, failures: checkArguments(name, kind, news, context.name) });
  },
  diff(oldInputs, _oldOutputs, newInputs, context) {
    const { kind } = kindOf(context.type);
    return Promise.resolve({ changes: diffArguments(kind, oldInputs, newInputs) });
  },
  create(inputs, context) {
    const { kind } = kindOf(context.type);
    if (conflicts(inputs))
      throw new Error(
        "Number and numeric are both configured with different values - Number is deprecated, use numeric instead",
      );
    const args = withDefaults(kind, coerceArguments(kind, inputs));
    if (context.preview) {
      const unknown = Object.fromEntries(kind.computed.map((name) => [name, unknownMarker]));
      return Promise.resolve({ id: "", outputs: { ...args, ...unknown } });
    }
    const { id, outputs } = kind.generate(args);
    return Promise.resolve({ id, outputs: { ...args, ...outputs, ...(kind.computed.includes("id") ? { id } : {}) } });
  },
  update(_id, _oldInputs, oldOutputs, newInputs, context) {
    const { kind } = kindOf(context.type);
    const computed = [...kind.computed, "bcryptHash", "__meta"].filter((name) => name in oldOutputs);
    const kept = Object.fromEntries(computed.map((name) => [name, oldOutputs[name]]));
    return Promise.resolve({ ...withDefaults(kind, coerceArguments(kind, newInputs)), ...kept });
  },
});
