import { leafDiff, type Path } from "../../paths.ts";
import type { DiffResult, PropertyChange } from "../../provider.ts";
import { equal, isObject, mapValue, UNKNOWN, type Value } from "../../values.ts";
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
 * Compares the new inputs with the live object as the state last saw it, cut to the shape of the old inputs: what the
 * cluster added is not a change, and what somebody else changed and a refresh noticed is one.
 */
export function diffObjects(request: DiffRequest): DiffResult {
  const oldInputs = normalize(request.oldInputs);
  let news = normalize(request.newInputs);
  let olds = prune(request.oldLive, oldInputs) as KubeObject;
  news = withoutUnknownObjects(news, olds) as KubeObject;
  if (request.namespaced) {
    const namespace = (object: KubeObject) => ({ namespace: namespaceOf(object) || "default" });
    olds = withMetadata(olds, namespace(request.oldLive));
    if (request.newInputs["metadata"] !== UNKNOWN) news = withMetadata(news, namespace(news));
  } else {
    olds = withoutNamespace(olds);
    news = withoutNamespace(news);
  }
  // The program may take over a name that generateName made.
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

/** Where an object of the past is not known any more, all that it had counts as gone. */
function withoutUnknownObjects(next: Value, old: Value): Value {
  if (next === UNKNOWN && isObject(old)) return {};
  if (isObject(next) && isObject(old)) return mapValue(next, (item, key) => withoutUnknownObjects(item, old[key]));
  return next;
}

function withoutNamespace(object: KubeObject): KubeObject {
  if (!isObject(object["metadata"])) return object;
  const { namespace: _namespace, ...meta } = object["metadata"];
  return { ...object, metadata: meta };
}

/** Old and new cannot stand side by side where the program itself chose the name, and it stays. */
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
 * The same to the API server. Of its own kinds it drops what is empty and what it does not know, and it writes
 * quantities in its own way; an input that has not changed is no change then.
 */
function isSame(live: Value, next: Value, oldInput: Value, builtIn: boolean): boolean {
  if (next === null && (live === undefined || live === null)) return true;
  if (!builtIn || next === UNKNOWN || !equal(next, oldInput)) return false;
  if (live === undefined) return true;
  return typeof live === "string" && typeof next !== "object" && canonicalQuantity(String(next)) === live;
}

export const REPLACE_UNREADY_PATH: Path = ["metadata", "annotations", "pulumi.com/replaceUnready"];
