import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderPinsKey, type ToolCache } from "./cache.ts";
import { parseDownloads } from "./crds.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import type { OnProgress } from "./progress.ts";

/** The published schemas of Kubernetes' built-in kinds, by name. */
export interface KubernetesSchemas {
  /** Such as `v1.36.3`. */
  version: string;
  schemas: Readonly<Record<string, object>>;
}

/** Increase it when parsing changes, so that cached schemas are read again. */
const format = "1";
const pins = import.meta.dirname;
const module = "k8s.io/kubernetes";

/** The schemas of the sandbox's Kubernetes version (go.mod), from its module; cached, so later calls do not need Go. */
export async function loadKubernetesSchemas(
  cache: ToolCache,
  options: { onProgress?: OnProgress | undefined } = {},
): Promise<KubernetesSchemas> {
  const folder = join(cache.folder, "openapi");
  // The schemas depend on the modules' versions, not on the machine.
  const file = join(folder, `${folderPinsKey(pins, `any ${format}`)}.json`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await withFolderLock(folder, "openapi", options.onProgress, async () => {
      if (existsSync(file)) return;
      options.onProgress?.({ text: `Reading the schemas of Kubernetes from ${module}`, transient: false });
      const unfinished = `${file}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify(await extract()));
      renameSync(unfinished, file);
    });
  }
  return JSON.parse(readFileSync(file, "utf8")) as KubernetesSchemas;
}

async function extract(): Promise<KubernetesSchemas> {
  const json = await runGo(["mod", "download", "-json", module], { cwd: pins, env: { GOWORK: "off" } });
  const folder = parseDownloads(json, readFileSync(join(pins, "go.sum"), "utf8")).get(module);
  if (folder === undefined)
    throw new Error(`kubernetes-sandbox/src/tools/go.mod: ${module} is not required there. Add it.`);
  const specs = join(folder, "api", "openapi-spec", "v3");
  const files = readdirSync(specs).filter((name) => name.endsWith("_openapi.json"));
  const parts = files.map((name) => {
    const spec = JSON.parse(readFileSync(join(specs, name), "utf8")) as { components?: { schemas?: object } };
    return withoutDescriptions(spec.components?.schemas ?? {}) as Record<string, object>;
  });
  const { Version: version } = JSON.parse(json) as { Version: string };
  return { version, schemas: Object.assign({}, ...parts) as Record<string, object> };
}

/** Removes descriptions, nine tenths of the text. A property named `description` is an object and is kept. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === "description" && typeof item === "string"))
      .map(([key, item]) => [key, withoutDescriptions(item)]),
  );
}
