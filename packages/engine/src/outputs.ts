import { isObject, isSecret, mapValue, plain, resourceSignature, signatureKey, unknownMarker } from "./values.ts";
import type { Props, Value } from "./values.ts";

/** A stack's outputs as plain JSON. Secrets are `[secret]` unless `showSecrets` is set. */
export function showOutputs(outputs: Props, { showSecrets = false }: { showSecrets?: boolean } = {}): Props {
  const show = (value: Value): Value => {
    if (value === unknownMarker) return "[unknown]";
    if (isSecret(value)) return showSecrets ? show(value.value) : "[secret]";
    if (isObject(value) && value[signatureKey] === resourceSignature) return show(plain(value));
    return mapValue(value, show);
  };
  return mapValue(outputs, show) as Props;
}
