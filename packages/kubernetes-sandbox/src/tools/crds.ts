import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { folderPinsKey, type ToolCache } from "./cache.ts";
import { crdSets, crdSetNames, type CrdSet, type CrdSetName } from "./crd-sets.ts";
import { runGo } from "./go.ts";
import { withFolderLock } from "./lock.ts";
import type { OnProgress } from "./progress.ts";

export interface CustomResourceDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

type CrdFile = Readonly<Record<CrdSetName, readonly CustomResourceDefinition[]>>;

/** Increase it when parsing changes, so that cached CRDs are read again. */
const format = "2";
const pins = join(import.meta.dirname, "crds");

/** The CRDs in a YAML text, adapted for a cluster without conversion webhooks. */
export function parseCrds(text: string): CustomResourceDefinition[] {
  const found: CustomResourceDefinition[] = [];
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as CustomResourceDefinition | null;
    if (object?.kind !== "CustomResourceDefinition") continue;
    const { conversion: _webhook, ...spec } = object.spec;
    const { name, annotations } = object.metadata;
    // The API server requires an approval annotation on CRDs in Kubernetes' own groups.
    const metadata = { name, ...(annotations ? { annotations } : {}) };
    found.push({ apiVersion: object.apiVersion, kind: object.kind, metadata, spec });
  }
  return found;
}

/** The module folders from `go mod download -json`. Throws for modules without a checksum in go.sum. */
export function parseDownloads(json: string, goSum: string): Map<string, string> {
  const folders = new Map<string, string>();
  const known = new Set(goSum.split("\n"));
  for (const block of json.split(/^(?=\{)/m)) {
    if (!block.trim()) continue;
    const item = JSON.parse(block) as { Path: string; Version: string; Dir: string; Sum: string };
    // Go verifies the checksums in go.sum, but does not report missing ones.
    if (!known.has(`${item.Path} ${item.Version} ${item.Sum}`)) {
      throw new Error(
        `kubernetes-sandbox/src/tools/crds/go.sum: no checksum of ${item.Path} ${item.Version}. Add it: ${item.Sum}`,
      );
    }
    folders.set(item.Path, item.Dir);
  }
  return folders;
}

function readSet(name: CrdSetName, folders: ReadonlyMap<string, string>): CustomResourceDefinition[] {
  const set: CrdSet = crdSets[name];
  const module = folders.get(set.module);
  if (!module)
    throw new Error(`kubernetes-sandbox/src/tools/crds/go.mod: ${set.module} is not required there. Add it.`);
  const folder = join(module, set.folder);
  const files = readdirSync(folder).filter((file) => set.files.test(file));
  const crds = files.sort().flatMap((file) => parseCrds(readFileSync(join(folder, file), "utf8")));
  if (crds.length === 0)
    throw new Error(`${set.module}: no CRDs in ${set.folder}. Correct kubernetes-sandbox/src/tools/crd-sets.ts.`);
  return crds;
}

async function extract(onProgress: OnProgress | undefined): Promise<CrdFile> {
  onProgress?.({ text: "Reading custom resource definitions from their Go modules", transient: false });
  const json = await runGo(["mod", "download", "-json"], { cwd: pins, env: { GOWORK: "off" } });
  const folders = parseDownloads(json, readFileSync(join(pins, "go.sum"), "utf8"));
  return Object.fromEntries(crdSetNames.map((name) => [name, readSet(name, folders)])) as unknown as CrdFile;
}

/** The CRDs of the requested sets in the versions of crds/go.mod; cached, so later calls do not need Go. */
export async function loadCrds(
  cache: ToolCache,
  sets: readonly CrdSetName[],
  options: { onProgress?: OnProgress | undefined } = {},
): Promise<CustomResourceDefinition[]> {
  if (sets.length === 0) return [];
  const folder = join(cache.folder, "crds");
  // The cache key includes which CRDs a set takes from its module.
  const file = join(
    folder,
    `${folderPinsKey(
      pins,
      format + JSON.stringify(crdSets, (_, v: unknown) => (v instanceof RegExp ? v.source : v)),
    )}.json`,
  );
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await withFolderLock(folder, "crds", options.onProgress, async () => {
      if (existsSync(file)) return;
      const unfinished = `${file}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify(await extract(options.onProgress)));
      renameSync(unfinished, file);
    });
  }
  const all = JSON.parse(readFileSync(file, "utf8")) as CrdFile;
  return sets.flatMap((set) => all[set]);
}
