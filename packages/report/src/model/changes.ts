import {
  formatPath,
  leafDiff,
  parsePath,
  equal,
  isObject,
  unknownMarker,
  type StepEventMetadata,
  type Path,
  type Props,
  type Value,
} from "pulumi-embedded-engine/data";
import { textDiff } from "pulumi-embedded-engine/display";
import { hidden, withoutSecrets } from "./mask.ts";
import type { Operation, PropertyChange } from "./model.ts";

/** Maximum length of a shown value. */
const longest = 20_000;

/** The changes of a resource from a step; secrets are masked. */
export function changesOf(operation: Operation, metadata: StepEventMetadata): PropertyChange[] {
  const before = visible(metadata.old?.inputs);
  const after = visible(metadata.new?.inputs);
  if (operation === "same" || operation === "delete" || operation === "discard" || operation === "read") return [];
  if (!metadata.old || operation === "create" || operation === "import") {
    return Object.entries(after).map(([key, value]) => difference([key], undefined, value, false));
  }
  const forcing = new Set(metadata.keys ?? []);
  const detailed = Object.entries(metadata.detailedDiff ?? {});
  if (detailed.length === 0) {
    const changes = leafDiff(before, after).map(({ path }) =>
      difference(
        path,
        at(before, path),
        at(after, path),
        forcing.has(formatPath(path)) || forcing.has(String(path[0])),
      ),
    );
    return changes.length > 0 ? changes : (metadata.diffs ?? []).map((path) => unnamed(path, forcing.has(path)));
  }
  const state = visible(metadata.old.outputs);
  return detailed.map(([text, { diffKind, inputDiff }]) => {
    const path = parsePath(text);
    const replaces = diffKind.endsWith("-replace");
    // A difference from the live resource, not from the inputs of the last run.
    const [was, is] = [at(inputDiff ? before : state, path) ?? at(before, path), at(after, path)];
    return was === undefined && is === undefined ? unnamed(text, replaces) : difference(path, was, is, replaces);
  });
}

const unnamed = (path: string, replaces: boolean): PropertyChange => ({ path, kind: "update", replaces });

/** Removes the engines' internal properties and secrets. */
function visible(values: Props | undefined | null): Props {
  const shown = Object.entries(values ?? {}).filter(([key, value]) => !key.startsWith("__") && value !== undefined);
  return withoutSecrets(Object.fromEntries(shown)) as Props;
}

function difference(path: Path, before: Value, after: Value, replaces: boolean): PropertyChange {
  const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
  const [was, is] = [shown(before), shown(after)];
  const lines = was?.includes("\n") || is?.includes("\n") ? textDiff(was ?? "", is ?? "") : [];
  const change: PropertyChange = { path: formatPath(path), kind, replaces };
  // Two different secrets look the same when masked, so a diff would show no change.
  if (kind === "update" && lines.length > 0 && !equal(was, is)) return { ...change, lines };
  return { ...change, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
}

function shown(value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (value === unknownMarker) return "(known after the deployment)";
  const text = typeof value === "string" ? value : JSON.stringify(readable(value), null, 2);
  return text.length <= longest ? text : `${text.slice(0, longest)}… and ${text.length - longest} characters more`;
}

function readable(value: Value): Value {
  if (value === unknownMarker) return "(known after the deployment)";
  if (Array.isArray(value)) return value.map(readable);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]));
}

function at(value: Value, path: Path): Value {
  return path.reduce<Value>(
    (inner, key) => (typeof inner === "object" && inner !== null ? inner[key] : undefined),
    value,
  );
}

/** A stack's output for the page. */
export function outputText(value: Value): { value: string; secret: boolean } {
  const masked = withoutSecrets(value);
  return { value: shown(masked) ?? "", secret: masked === hidden };
}
