import { InitializationError, type ProviderContext } from "../../engine/provider.ts";
import { hasUnknown, plain, type Props } from "../../engine/values.ts";
import { isAlreadyExists, isDryRunRefused, isForbidden, isNotFound, NoSuchKindError } from "./api-error.ts";
import { awaiterFor } from "./await/index.ts";
import { NotReadyError, timeoutSeconds, waitUntilReady } from "./await/wait.ts";
import type { Cluster } from "./cluster.ts";
import type { KubernetesConfig } from "./config.ts";
import { normalize } from "./normalize.ts";
import { idOf, isCrd, nameOf, type KubeObject } from "./objects.ts";
import type { Settings } from "./options.ts";
import { markSecretData } from "./secrets.ts";
import { fieldManagerOf, fromState, toState } from "./state.ts";
import { createObject, NamespaceMissingError, updateObject, type WriteOptions } from "./write.ts";

export interface Setup {
  cluster: Cluster;
  config: KubernetesConfig;
  settings: Settings;
}

function writeOptions({ config, settings }: Setup, context: ProviderContext, fieldManager: string): WriteOptions {
  return {
    fieldManager,
    preview: context.preview,
    enablePatchForce: config.enablePatchForce,
    upsert: config.upsertExistingObjects,
    retryDelayMs: settings.retryDelayMs,
    signal: context.signal,
    info: (message) => context.info(message),
  };
}

async function kindExists({ cluster }: Setup, object: KubeObject): Promise<boolean> {
  try {
    await cluster.discovery.find(object["apiVersion"], object["kind"]);
    return true;
  } catch (error) {
    if (error instanceof NoSuchKindError) return false;
    throw error;
  }
}

async function waitFor(
  setup: Setup,
  inputs: KubeObject,
  written: KubeObject,
  before: KubeObject | undefined,
  context: ProviderContext,
) {
  const awaiter = awaiterFor(inputs, setup.settings.settleMs);
  if (!awaiter) return written;
  return waitUntilReady(setup.cluster, awaiter, {
    written,
    before,
    timeoutSeconds: timeoutSeconds(context.timeoutSeconds, inputs, awaiter.defaultTimeoutSeconds),
    signal: context.signal,
    info: (message) => context.info(message),
  });
}

/** A dry run of a creation that says nothing of what the real one would do. */
function isInconclusive(error: unknown): boolean {
  return (
    isForbidden(error) || isAlreadyExists(error) || isDryRunRefused(error) || error instanceof NamespaceMissingError
  );
}

export async function createResource(
  setup: Setup,
  news: Props,
  context: ProviderContext,
): Promise<{ id: string; outputs: Props }> {
  const inputs = plain(news) as KubeObject;
  const unchanged = { id: "", outputs: markSecretData(inputs) };
  if (context.preview && (hasUnknown(inputs) || !(await kindExists(setup, inputs)))) return unchanged;

  const object = normalize(inputs);
  const fieldManager = fieldManagerOf(object);
  let written: KubeObject;
  try {
    written = await createObject(setup.cluster, object, writeOptions(setup, context, fieldManager));
  } catch (error) {
    if (context.preview && isInconclusive(error)) return unchanged;
    if (error instanceof NoSuchKindError) {
      throw new Error(
        `creation of resource "${context.urn}" with kind ${object["apiVersion"]}/${object["kind"]} failed because the Kubernetes API ` +
          "server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: " +
          error.message,
        { cause: error },
      );
    }
    throw new Error(
      `resource "${context.urn}" was not successfully created by the Kubernetes API server: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  if (context.preview) {
    const { status: _status, ...rest } = written;
    return { id: "", outputs: toState(rest, object, object["apiVersion"], fieldManager) };
  }
  if (isCrd(object)) setup.cluster.discovery.reset();
  try {
    const live = await waitFor(setup, object, written, undefined, context);
    return { id: idOf(live), outputs: toState(live, object, object["apiVersion"], fieldManager) };
  } catch (error) {
    const live = error instanceof NotReadyError ? error.object : written;
    const reason =
      `resource "${context.urn}" was successfully created, but the Kubernetes API server reported that it failed to fully ` +
      `initialize or become live: ${(error as Error).message}`;
    throw new InitializationError(idOf(live), toState(live, object, object["apiVersion"], fieldManager), [
      reason,
      ...(error instanceof NotReadyError ? error.reasons : []),
    ]);
  }
}

export async function updateResource(
  setup: Setup,
  oldOutputs: Props,
  news: Props,
  context: ProviderContext,
): Promise<Props> {
  const inputs = plain(news) as KubeObject;
  if (context.preview && (hasUnknown(inputs) || !(await kindExists(setup, inputs)))) return markSecretData(inputs);

  const object = normalize(inputs);
  const state = fromState(oldOutputs);
  const fieldManager = fieldManagerOf(object, state);
  const result = (live: KubeObject) => toState(live, object, state.apiVersion ?? object["apiVersion"], fieldManager);
  try {
    const { before, after } = await updateObject(
      setup.cluster,
      nameOf(state.live),
      object,
      writeOptions(setup, context, fieldManager),
    );
    if (context.preview) return result(after);
    if (isCrd(object)) setup.cluster.discovery.reset();
    return result(await waitFor(setup, object, after, before, context));
  } catch (error) {
    if (context.preview) {
      if (isForbidden(error)) return markSecretData(inputs);
      throw new Error(`update of resource "${context.urn}" failed: ${(error as Error).message}`, { cause: error });
    }
    if (error instanceof NoSuchKindError || isNotFound(error)) {
      throw new Error(`update of resource "${context.urn}" failed: ${(error as Error).message}`, { cause: error });
    }
    const live = error instanceof NotReadyError ? error.object : await readObject(setup, state.live);
    const reason = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${(error as Error).message}`;
    throw new InitializationError(idOf(live), result(live), [
      reason,
      ...(error instanceof NotReadyError ? error.reasons : []),
    ]);
  }
}

export async function readObject({ cluster }: Setup, object: KubeObject): Promise<KubeObject> {
  return cluster.client.request("GET", await cluster.discovery.path(object, nameOf(object)));
}
