import { isObject, type Props, type Value } from "../../values.ts";

/** The parts of `source` (a live object) that `shape` (the inputs it was made from) also has. */
export function prune(source: Value, shape: Value): Value {
  if (isObject(source) && isObject(shape)) {
    const kept: Props = {};
    for (const [key, value] of Object.entries(source)) if (key in shape) kept[key] = prune(value, shape[key]);
    return kept;
  }
  if (Array.isArray(source) && Array.isArray(shape)) {
    // Lists of different things have no shape in common.
    if (shape.length > 0 && source.length > 0 && isObject(source[0]) !== isObject(shape[0])) return source;
    return source.slice(0, shape.length).map((item, index) => prune(item, shape[index]));
  }
  return source;
}
