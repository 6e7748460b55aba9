import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../objects.ts";

/** The objects of a YAML or JSON text; empty documents are left out. */
export function decodeManifests(text: string): KubeObject[] {
  const documents = parseAllDocuments(text, { schema: "core", merge: true, uniqueKeys: false, logLevel: "silent" });
  return [...documents].flatMap((document) => {
    if (document.errors[0]) throw new Error(`decoding YAML: ${document.errors[0].message}`);
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    if (value === null || value === undefined) return [];
    if (typeof value !== "object" || Array.isArray(value))
      throw new Error(`decoding YAML: expected an object, got ${JSON.stringify(value)}`);
    return Object.keys(value).length === 0 ? [] : [value as KubeObject];
  });
}
