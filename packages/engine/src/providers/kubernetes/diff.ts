import { leafDiff, type Path } from "../../paths.ts";
import type { DiffResult, PropertyChange } from "../../provider.ts";
import { equal, isObject, mapValue, unknownMarker, type Value } from "../../values.ts";
import { forceNewPaths, touches, type MutableKinds } from "./force-new.ts";
import { isAutonamed, isNamed } from "./naming.ts";
import { isBuiltIn, normalize } from "./normalize.ts";
import { nameOf, namespaceOf, pluck, withMetadata, type KubeObject } from "./objects.ts";
import { prune } from "./prune.ts";
import { canonicalQuantity } from "./quantity.ts";

export interface DiffRequest {
  oldInputs: KubeObject;
  oldLive: KubeObject;
  newInputs: KubeObject;
  namespaced: boolean;
  mutable: MutableKinds;
}

/**
 * Compares the new inputs with the live object in the state, limited to the fields of the old inputs: fields that the
 * cluster added are not a change; external changes that a refresh found are.
 */
export function diffObjects(request: DiffRequest): DiffResult {
  const oldInputs = normalize(request.oldInputs);
  let news = normalize(request.newInputs);
  let olds = prune(request.oldLive, oldInputs) as KubeObject;
  news = withoutUnknownObjects(news, olds) as KubeObject;
  if (request.namespaced) {
    const namespace = (object: KubeObject) => ({ namespace: namespaceOf(object) || "default" });
    olds = withMetadata(olds, namespace(request.oldLive));
    if (request.newInputs["metadata"] !== unknownMarker) news = withMetadata(news, namespace(news));
  } else {
    olds = withoutNamespace(olds);
    news = withoutNamespace(news);
  }
  // The program may set the name that generateName created.
  if (isNamed(news)) olds = withMetadata(olds, { name: nameOf(request.oldLive) });

  const forceNew = forceNewPaths(news, request.mutable);
  const changes: PropertyChange[] = [];
  for (const { path, kind } of leafDiff(olds, news)) {
    const value = pluck(news, ...path);
    if (isSame(pluck(olds, ...path), value, pluck(oldInputs, ...path), isBuiltIn(news))) continue;
    changes.push({ path, kind, replace: touches(path, value, forceNew) });
  }
  return { changes, deleteBeforeReplace: mustDeleteFirst(changes, request.oldLive, news) };
}

/** Without an old object, all its fields count as removed. */
function withoutUnknownObjects(next: Value, old: Value): Value {
  if (next === unknownMarker && isObject(old)) return {};
  if (isObject(next) && isObject(old)) return mapValue(next, (item, key) => withoutUnknownObjects(item, old[key]));
  return next;
}

function withoutNamespace(object: KubeObject): KubeObject {
  if (!isObject(object["metadata"])) return object;
  const { namespace: _namespace, ...meta } = object["metadata"];
  return { ...object, metadata: meta };
}

/** Old and new object cannot exist at the same time if the program set the name and it is unchanged. */
export function mustDeleteFirst(changes: PropertyChange[], oldLive: KubeObject, news: KubeObject): boolean {
  return (
    changes.some((change) => change.replace) &&
    isNamed(news) &&
    !isAutonamed(news) &&
    nameOf(news) === nameOf(oldLive) &&
    namespaceOf(news) === namespaceOf(oldLive)
  );
}

/**
 * Whether two objects are equal for the API server. For built-in kinds it drops empty and unknown fields, and normalizes
 * quantities.
 */
function isSame(live: Value, next: Value, oldInput: Value, builtIn: boolean): boolean {
  if (next === null && (live === undefined || live === null)) return true;
  if (!builtIn || next === unknownMarker || !equal(next, oldInput)) return false;
  if (live === undefined) return true;
  return typeof live === "string" && typeof next !== "object" && canonicalQuantity(String(next)) === live;
}

export const replaceUnreadyPath: Path = ["metadata", "annotations", "pulumi.com/replaceUnready"];
