import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  isAlreadyExists,
  isConflict,
  isInvalid,
  isNamespaceMissing,
  isNotFound,
  NoSuchKindError,
} from "./api-error.ts";
import { contentTypes } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { patchForce, takeOverPatch } from "./managed-fields.ts";
import { isBuiltIn } from "./normalize.ts";
import { annotationNames, isAnnotated, isCrd, metadata, nameOf, withMetadata, type KubeObject } from "./objects.ts";
import { prune } from "./prune.ts";

/** Creations use one fixed manager; the first update transfers its fields. */
const creationManager = "pulumi-kubernetes";
const maxRetries = 5;

export interface WriteOptions {
  fieldManager: string;
  preview: boolean;
  enablePatchForce: boolean;
  upsert: boolean;
  retryDelayMs: number;
  signal: AbortSignal;
  info(message: string): void;
  warn(message: string): void;
}

const alreadyExistsHelp =
  "The resource already exists in the cluster. This can happen when:\n\n" +
  "  - Renaming a Pulumi resource: use an alias to preserve the identity,\n" +
  "    or use deleteBeforeReplace if the resource needs replacement.\n" +
  "  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)\n" +
  "    to manage specific fields without owning the resource lifecycle.\n" +
  "  - Adopting a resource into Pulumi: use `pulumi import`. Note that\n" +
  "    protected resources (e.g. kube-system) cannot be deleted on destroy.\n" +
  "  - Intentional upsert: set upsertExistingObjects on the provider to allow\n" +
  "    server-side apply to update existing objects on create.";

/** The namespace of a previewed object does not exist yet, so a dry run is not possible. */
export class NamespaceMissingError extends Error {}

const dryRun = (preview: boolean) => (preview ? { dryRun: "All" } : {});

function explainConflict(error: unknown, fieldManager: string): Error {
  if (!isConflict(error)) return error as Error;
  const help =
    "server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help\n" +
    `The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`;
  return new Error(help, { cause: error });
}

async function applyObject(
  cluster: Cluster,
  object: KubeObject,
  live: KubeObject | undefined,
  options: WriteOptions,
): Promise<KubeObject> {
  const force = patchForce({
    annotated: isAnnotated(object, annotationNames.patchForce),
    enabled: options.enablePatchForce,
    preview: options.preview,
    live,
  });
  const query = {
    fieldManager: options.fieldManager,
    force,
    ...dryRun(options.preview),
    ...(live ? {} : { fieldValidation: "Warn" }),
  };
  const path = await cluster.discovery.path(object, nameOf(object));
  try {
    return await cluster.client.request("PATCH", path, {
      query,
      body: object,
      contentType: contentTypes.apply,
      signal: options.signal,
    });
  } catch (error) {
    throw explainConflict(error, options.fieldManager);
  }
}

async function createOnce(cluster: Cluster, object: KubeObject, options: WriteOptions): Promise<KubeObject> {
  if (!options.upsert) {
    const query = { fieldManager: creationManager, ...dryRun(options.preview) };
    return cluster.client.request("POST", await cluster.discovery.path(object), {
      query,
      body: object,
      signal: options.signal,
    });
  }
  try {
    return await applyObject(cluster, object, undefined, options);
  } catch (error) {
    // The dry run of a replacement conflicts with the old object, so it uses another name.
    if (!options.preview || !isInvalid(error) || !(error as Error).message.includes("field is immutable")) throw error;
    return applyObject(cluster, withMetadata(object, { name: `${nameOf(object)}-preview` }), undefined, options);
  }
}

/**
 * Creates an object. A missing kind or namespace is retried for a while, because it may be created concurrently.
 */
export async function createObject(cluster: Cluster, object: KubeObject, options: WriteOptions): Promise<KubeObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await createOnce(cluster, object, options);
    } catch (error) {
      if (options.preview && isNamespaceMissing(error))
        throw new NamespaceMissingError(`namespace does not exist for "${nameOf(object)}"`);
      if (isAlreadyExists(error)) {
        if (options.preview) throw error;
        throw new Error(`${(error as Error).message}\n\n${alreadyExistsHelp}`, { cause: error });
      }
      const missing = isNotFound(error) || error instanceof NoSuchKindError;
      if (missing) options.info(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
      if (!missing) throw error;
      await delay(options.retryDelayMs * 2 ** attempt, undefined, { signal: options.signal });
      if (attempt >= maxRetries) throw error;
    }
  }
}

/** Transfers the fields of the creation to the resource's own manager. Returns the object. */
async function takeOver(
  cluster: Cluster,
  path: string,
  fieldManager: string,
  signal: AbortSignal,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const live = await cluster.client.request("GET", path, { signal });
    const body = takeOverPatch(live, fieldManager);
    if (!body) return live;
    try {
      return await cluster.client.request("PATCH", path, { body, contentType: contentTypes.jsonPatch, signal });
    } catch (error) {
      // A controller changed the object in the meantime.
      if (!isConflict(error) || attempt > maxRetries) throw error;
    }
  }
}

/** Updates a live object to the new inputs. Returns the object after and before the update. */
export async function updateObject(
  cluster: Cluster,
  name: string,
  object: KubeObject,
  options: WriteOptions,
): Promise<{ before: KubeObject; after: KubeObject }> {
  const path = await cluster.discovery.path(object, name);
  const { signal, preview, fieldManager } = options;
  const before = await cluster.client.request("GET", path, { signal });
  if (isCrd(object)) {
    // A CRD is replaced as a whole, because an apply would keep versions that the program removed.
    const body = withMetadata(object, { resourceVersion: metadata(before)["resourceVersion"] });
    const query = { fieldManager, ...dryRun(preview) };
    return { before, after: await cluster.client.request("PUT", path, { query, body, signal }) };
  }
  const live = preview ? before : await takeOver(cluster, path, fieldManager, signal);
  try {
    return { before, after: await applyObject(cluster, object, live, options) };
  } catch (error) {
    // The real provider removes unknown fields of built-in kinds silently.
    const message = (error as Error).message;
    if (!isBuiltIn(object) || !message.includes("field not declared in schema")) throw error;
    const known = await knownFields(cluster, object, options);
    if (known === undefined) throw error;
    options.warn(`fields that the API server does not know are left out: ${message.replace(/^.*Kind=\w+\): /s, "")}`);
    return { before, after: await applyObject(cluster, known, live, options) };
  }
}

/** The object without unknown fields, found with a dry run of a creation under another name. */
async function knownFields(
  cluster: Cluster,
  object: KubeObject,
  options: WriteOptions,
): Promise<KubeObject | undefined> {
  const body = withMetadata(object, { name: `${nameOf(object).slice(0, 40)}-${randomBytes(4).toString("hex")}` });
  const query = { fieldManager: creationManager, dryRun: "All", fieldValidation: "Ignore" };
  try {
    const path = await cluster.discovery.path(object);
    const shown = await cluster.client.request("POST", path, { query, body, signal: options.signal });
    return withMetadata(prune(object, shown) as KubeObject, { name: nameOf(object) });
  } catch {
    // The object has another problem; the first error is more specific.
    return undefined;
  }
}
