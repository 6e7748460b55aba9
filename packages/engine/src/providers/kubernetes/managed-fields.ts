import { isObject, type Props, type Value } from "../../values.ts";
import { metadata, type KubeObject } from "./objects.ts";

/** Managers whose fields are transferred to the resource's own manager: this provider's creations and kubectl. */
const takenOver = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
]);

const isTakenOver = (entry: Props) =>
  !entry["subresource"] && takenOver.has(`${entry["manager"]}/${entry["operation"]}`);

function union(a: Value, b: Value): Value {
  if (!isObject(a) || !isObject(b)) return b ?? a;
  const merged: Props = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = key in a ? union(a[key], value) : value;
  return merged;
}

/**
 * The JSON patch that transfers the fields of those managers to `fieldManager`; undefined if they own none. Because a
 * creation is a plain POST, the first apply would otherwise conflict with it.
 */
export function takeOverPatch(live: KubeObject, fieldManager: string): Props[] | undefined {
  const entries: Props[] = metadata(live)["managedFields"] ?? [];
  const taken = entries.filter(isTakenOver);
  if (taken.length === 0) return undefined;
  const own = entries.find(
    (entry) => entry["manager"] === fieldManager && entry["operation"] === "Apply" && !entry["subresource"],
  );
  const merged = {
    ...taken[0],
    ...own,
    manager: fieldManager,
    operation: "Apply",
    fieldsV1: [own, ...taken].reduce((fields: Value, entry) => union(fields, entry?.["fieldsV1"]), {}),
  };
  const others = entries.filter((entry) => entry !== own && !isTakenOver(entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...others, merged] },
    { op: "replace", path: "/metadata/resourceVersion", value: metadata(live)["resourceVersion"] },
  ];
}

/** Whether to overwrite fields of other managers. */
export function patchForce(options: {
  annotated: boolean;
  enabled: boolean;
  preview: boolean;
  /** Undefined for a creation. */
  live: KubeObject | undefined;
}): boolean {
  if (options.annotated || options.enabled) return true;
  // Objects from before server-side apply have no managers.
  const entries: Props[] = options.live ? (metadata(options.live)["managedFields"] ?? []) : [];
  if (options.live && entries.length === 0) return true;
  if (!options.preview) return false;
  // A preview transfers nothing, and a creation in a preview can be part of a replacement.
  return (
    options.live === undefined ||
    entries.some((entry) => String(entry["manager"]).startsWith("pulumi-") && entry["operation"] === "Update")
  );
}
