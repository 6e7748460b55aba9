import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "./objects.ts";

/** Paths that are not settings of the object. */
const silent = [/^(apiVersion|kind|metadata\.name|metadata\.namespace)$/, /^metadata\.annotations\.pulumi\.com\//];

/**
 * The paths whose values the deployment would change. Paths that the program does not set are kept. A Secret is compared by
 * its keys only, because a plan has placeholder values.
 */
export function changedPaths(wanted: KubernetesObject, live: KubernetesObject): string[] {
  if (wanted.kind === "Secret") {
    const has = { ...(live["data"] as object | undefined) };
    const wants = { ...(wanted["data"] as object | undefined), ...(wanted["stringData"] as object | undefined) };
    return Object.keys(wants)
      .filter((key) => !(key in has))
      .map((key) => `data.${key}`);
  }
  return differences(wanted, live, "").filter((path) => !silent.some((one) => one.test(path)));
}

function differences(wanted: unknown, live: unknown, path: string): string[] {
  if (isDeepStrictEqual(wanted, live)) return [];
  const below = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.length === live.length)
    return wanted.flatMap((item, index) => differences(item, live[index], `${path}[${index}]`));
  // The API server returns some numbers as strings.
  if (textOf(wanted) !== undefined && textOf(wanted) === textOf(live)) return [];
  if (!isPlain(wanted) || !isPlain(live)) return [path];
  return Object.entries(wanted).flatMap(([key, value]) => differences(value, live[key], below(key)));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
