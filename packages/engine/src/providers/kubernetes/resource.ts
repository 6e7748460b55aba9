import { InitializationError, type ProviderContext } from "../../provider.ts";
import { hasUnknown, plain, type Props } from "../../values.ts";
import { isAlreadyExists, isDryRunRefused, isForbidden, NoSuchKindError, UnreachableError } from "./api-error.ts";
import { awaiterFor } from "./await/await.ts";
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
    info: (message) => context.status(message),
    warn: (message) => context.warn(message),
  };
}

/** A preview continues without the cluster if it is unreachable. */
async function kindExists({ cluster }: Setup, object: KubeObject): Promise<boolean> {
  try {
    await cluster.discovery.find(object["apiVersion"], object["kind"]);
    return true;
  } catch (error) {
    if (error instanceof NoSuchKindError || error instanceof UnreachableError) return false;
    throw error;
  }
}

type Wait = (written: KubeObject, before: KubeObject | undefined) => Promise<KubeObject>;

/** Chosen before the write, so that an invalid annotation does not leave an object behind. */
function chooseWait(setup: Setup, inputs: KubeObject, context: ProviderContext): Wait {
  const awaiter = awaiterFor(inputs, setup.settings.settleMs);
  if (!awaiter) return (written) => Promise.resolve(written);
  return (written, before) =>
    waitUntilReady(setup.cluster, awaiter, {
      written,
      before,
      timeoutSeconds: timeoutSeconds(context.timeoutSeconds, inputs, awaiter.defaultTimeoutSeconds),
      signal: context.signal,
      info: (message) => context.status(message),
    });
}

/** A failed dry run that does not predict the result of the real creation. */
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
  let wait: Wait;
  try {
    wait = chooseWait(setup, object, context);
    written = await createObject(setup.cluster, object, writeOptions(setup, context, fieldManager));
  } catch (error) {
    if (context.preview && isInconclusive(error)) return unchanged;
    if (error instanceof UnreachableError) throw error;
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
    const live = await wait(written, undefined);
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
    const wait = chooseWait(setup, object, context);
    const { before, after } = await updateObject(
      setup.cluster,
      nameOf(state.live),
      object,
      writeOptions(setup, context, fieldManager),
    );
    if (context.preview) return result(after);
    if (isCrd(object)) setup.cluster.discovery.reset();
    return result(await wait(after, before));
  } catch (error) {
    if (context.preview && isForbidden(error)) return markSecretData(inputs);
    if (error instanceof UnreachableError) throw error;
    const message = (error as Error).message;
    if (error instanceof NoSuchKindError) {
      throw new Error(
        `update of resource "${context.urn}" failed because the Kubernetes API server reported that the apiVersion for this ` +
          `resource does not exist. Verify that any required CRDs have been created: ${message}`,
        { cause: error },
      );
    }
    let live: KubeObject;
    try {
      live = error instanceof NotReadyError ? error.object : await readObject(setup, state.live);
    } catch (readError) {
      const both = `update of resource "${context.urn}" failed: ${message}\nunable to get cluster state: ${(readError as Error).message}`;
      throw new Error(both, { cause: readError });
    }
    const reason = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${message}`;
    if (context.preview) throw new Error(reason, { cause: error });
    // The object exists, possibly with a part of the change; the next run continues with it.
    throw new InitializationError(idOf(live), result(live), [
      reason,
      ...(error instanceof NotReadyError ? error.reasons : []),
    ]);
  }
}

export async function readObject({ cluster }: Setup, object: KubeObject): Promise<KubeObject> {
  return cluster.client.request("GET", await cluster.discovery.path(object, nameOf(object)));
}
