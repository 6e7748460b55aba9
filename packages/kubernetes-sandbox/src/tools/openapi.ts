import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderPinsKey, type ToolCache } from "./cache.ts";
import { parseDownloads } from "./crds.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import type { OnProgress } from "./progress.ts";

/** The schemas that Kubernetes publishes of its own kinds, by their names in it. */
export interface KubernetesSchemas {
  /** Such as `v1.36.3`. */
  version: string;
  schemas: Readonly<Record<string, object>>;
}

/** Raise it when the way of reading changes, so that what was cached before is read again. */
const format = "1";
const pins = import.meta.dirname;
const module = "k8s.io/kubernetes";

/** The schemas of the Kubernetes that the sandbox runs (go.mod), from its own module; from the second time on without Go. */
export async function loadKubernetesSchemas(
  cache: ToolCache,
  options: { onProgress?: OnProgress | undefined } = {},
): Promise<KubernetesSchemas> {
  const folder = join(cache.folder, "openapi");
  // What was read depends on the modules' versions and not on the machine.
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

/** Nine tenths of the text; a property of that name holds an object, and stays. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === "description" && typeof item === "string"))
      .map(([key, item]) => [key, withoutDescriptions(item)]),
  );
}
