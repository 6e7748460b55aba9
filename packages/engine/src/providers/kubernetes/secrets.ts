import { isObject, secret } from "../../values.ts";
import { annotation, annotationNames, withAnnotation, type KubeObject } from "./objects.ts";

/** Marks the content of every Secret as secret. Other objects are secret only where their inputs are. */
export function markSecretData(object: KubeObject): KubeObject {
  if (object["kind"] !== "Secret") return object;
  const marked = { ...object };
  for (const key of ["data", "stringData"]) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
  // `kubectl apply` stores a copy of the whole manifest in this annotation.
  const copy = annotation(marked, annotationNames.lastApplied);
  if (copy === undefined || isObject(copy)) return marked;
  return withAnnotation(marked, annotationNames.lastApplied, secret(copy));
}
