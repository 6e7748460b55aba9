import { isObject, secret } from "../../values.ts";
import { annotation, ANNOTATIONS, withAnnotation, type KubeObject } from "./objects.ts";

/** Marks what a Secret holds, whoever wrote it. Other objects are secret only where their inputs were. */
export function markSecretData(object: KubeObject): KubeObject {
  if (object["kind"] !== "Secret") return object;
  const marked = { ...object };
  for (const key of ["data", "stringData"]) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
  // `kubectl apply` leaves a copy of all it was given.
  const copy = annotation(marked, ANNOTATIONS.lastApplied);
  if (copy === undefined || isObject(copy)) return marked;
  return withAnnotation(marked, ANNOTATIONS.lastApplied, secret(copy));
}
