import { glob, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Props } from "../../../values.ts";
import type { KubeObject } from "../objects.ts";
import { decodeManifests } from "./manifests.ts";

const fetchTimeoutMs = 60_000;

async function readManifests(file: string, projectDir: string, useGlob: boolean): Promise<string[]> {
  if (/^https?:\/\//.test(file)) {
    const response = await fetch(file, { signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok) throw new Error(`fetching YAML over network: ${file} answered ${response.status}`);
    return [await response.text()];
  }
  const isPattern = useGlob && /(^|[^\\])[*?[]/.test(file);
  const paths: string[] = [];
  if (isPattern) for await (const path of glob(file, { cwd: projectDir })) paths.push(path);
  else paths.push(file);
  return Promise.all(paths.toSorted().map((path) => readFile(resolve(projectDir, path), "utf8")));
}

/** The objects of yaml.v2.ConfigGroup's `files`, `yaml` and `objs`. */
export async function configGroupObjects(inputs: Props, projectDir: string): Promise<KubeObject[]> {
  const files: string | string[] = inputs["files"] ?? [];
  const texts = await Promise.all([files].flat().map((file) => readManifests(file, projectDir, true)));
  const objects: KubeObject | KubeObject[] = inputs["objs"] ?? [];
  return [...[...texts.flat(), inputs["yaml"] ?? ""].flatMap(decodeManifests), ...[objects].flat()];
}

export async function configFileObjects(inputs: Props, projectDir: string): Promise<KubeObject[]> {
  if (!inputs["file"]) throw new Error('yaml.v2.ConfigFile: the argument "file" is required');
  return (await readManifests(inputs["file"], projectDir, false)).flatMap(decodeManifests);
}
