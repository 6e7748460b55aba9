import { isObject, type Props, type Value } from "../../values.ts";

/** The parts of `source` (a live object) that also exist in `shape` (its inputs). */
export function prune(source: Value, shape: Value): Value {
  if (isObject(source) && isObject(shape)) {
    const kept: Props = {};
    for (const [key, value] of Object.entries(source)) if (key in shape) kept[key] = prune(value, shape[key]);
    return kept;
  }
  if (Array.isArray(source) && Array.isArray(shape)) {
    // Lists with different items have no common shape.
    if (shape.length > 0 && source.length > 0 && isObject(source[0]) !== isObject(shape[0])) return source;
    return source.slice(0, shape.length).map((item, index) => prune(item, shape[index]));
  }
  return source;
}
