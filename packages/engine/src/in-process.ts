import { AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import type { CallbackClient } from "./callbacks.ts";
import type { Deployment } from "./deployment.ts";
import { messageOf } from "./errors.ts";
import type { Handler, Handlers } from "./handlers.ts";
import { isRpcError } from "./rpc-errors.ts";
import { withoutUnhandledRejections } from "./unhandled-rejections.ts";
import type { Value } from "./values.ts";

/** A program as a function that returns the stack's outputs. */
export type Program = () => Promise<unknown>;

const require = createRequire(import.meta.url);

/** The SDK's internals that an in-process run uses. */
interface Sdk {
  runtime: Value;
  settings: Value;
  state: Value;
  callbacks: Value;
}

let loadedSdk: Sdk | undefined;
const sdkOnce = (): Sdk => (loadedSdk ??= loadSdk());

function loadSdk(): Sdk {
  // The SDK records a stack trace for each promise, to report leaks when the process ends. Every run here awaits its
  // promises, and the traces would take half of a preview's time.
  require("@pulumi/pulumi/runtime/debuggable").debuggablePromise = <T>(promise: Promise<T>): Promise<T> => promise;
  const state = require("@pulumi/pulumi/runtime/state");
  separateLogs(state);
  return {
    runtime: require("@pulumi/pulumi").runtime,
    settings: require("@pulumi/pulumi/runtime/settings"),
    state,
    callbacks: require("@pulumi/pulumi/runtime/callbacks"),
  };
}

/**
 * Runs a program function in this process: the engine's handlers replace the SDK's gRPC clients. Each run has its own SDK
 * store, so that runs are isolated.
 */
export async function runInProcess(deployment: Deployment, handlers: Handlers, program: Program): Promise<void> {
  const sdk = sdkOnce();
  await sdk.state.withLocalStorage(() => {
    // A program that throws has its registrations answered first, as by Pulumi's host of inline programs.
    const failAfterCalls = AsyncResource.bind(async (reason: unknown) => {
      await sdk.settings.disconnect();
      failWith(deployment, reason);
    });
    return withoutUnhandledRejections(
      (reason) => void failAfterCalls(reason),
      () => runInStore(sdk, deployment, handlers, program, failAfterCalls),
    );
  });
}

async function runInStore(
  sdk: Sdk,
  deployment: Deployment,
  handlers: Handlers,
  program: Program,
  fail: (reason: unknown) => Promise<void>,
): Promise<void> {
  const { project, stack, preview, config, parallel, organization } = deployment.options;
  const monitor = clientOf(handlers.monitor);
  sdk.settings.setMockOptions(monitor, project.name, stack, preview, organization);
  const store = sdk.state.getStore();
  store.settings.engine = clientOf(handlers.engine);
  store.settings.options.rootDirectory = project.dir;
  store.settings.options.parallel = parallel;
  store.callbacks = callbacksWithoutServer(sdk, monitor);
  sdk.runtime.setAllConfig(config.values, config.secretKeys);
  const callbacks: Map<string, (request: Uint8Array) => Promise<Value>> = store.callbacks._callbacks;
  inProcessTargets.set(deployment.options.callbacks, callbacks);

  // After a failed run, the program waits for responses that never arrive.
  const ran = (sdk.runtime.runInPulumiStack(program) as Promise<unknown>).then(() => sdk.settings.disconnect(), fail);
  await Promise.race([ran, deployment.failed]).catch((error: unknown) => failWith(deployment, error));
  ran.catch(() => {
    // The first failure was already reported.
  });
}

/** By the SDK's store, which each run has for itself. */
const logs = new WeakMap<object, Value>();

/**
 * The SDK delivers the messages of a process one after another, and each waits for its resource. A run that failed may leave
 * one whose resource never exists, which would hold up the messages of other runs, so each run has its own log.
 */
function separateLogs(state: Value): void {
  const path = require.resolve("@pulumi/pulumi/log");
  const log = require(path) as Record<string, Value>;
  const own = (): Value => {
    const store: object = state.getStore();
    const known = logs.get(store);
    if (known !== undefined) return known;
    const loaded = require.cache[path];
    delete require.cache[path];
    const made: Value = require(path);
    require.cache[path] = loaded;
    logs.set(store, made);
    return made;
  };
  for (const name of ["debug", "info", "warn", "error"])
    log[name] = (...args: unknown[]): Value => own()[name](...args);
}

function failWith(deployment: Deployment, reason: unknown): void {
  if (deployment.failure !== undefined || isRpcError(reason)) return;
  const { stack } = reason instanceof Error ? reason : {};
  deployment.fail(new Error(`the program failed: ${stack ?? messageOf(reason)}`));
}

/** The handlers with the shape of a gRPC client: `method(request, callback)`. */
function clientOf(handlers: Record<string, Handler>): Record<string, Value> {
  const methods = Object.entries(handlers).map(([name, handler]) => {
    return [name, (request: Value, callback: Value) => handler({ request }, callback)] as const;
  });
  return { ...Object.fromEntries(methods), close: () => undefined };
}

/** A gRPC server for a function in this process would cost more than the whole preview. */
function callbacksWithoutServer(sdk: Sdk, monitor: Value): Value {
  return Object.assign(Object.create(sdk.callbacks.CallbackServer.prototype), {
    _callbacks: new Map(),
    _pendingRegistrations: 0,
    _awaitQueue: [],
    _monitor: monitor,
    _server: { forceShutdown: () => undefined },
    _target: Promise.resolve("in-process"),
  });
}

type Targets = Map<string, (request: Uint8Array) => Promise<Value>>;
const inProcessTargets = new WeakMap<CallbackClient, Targets>();

/** Calls functions of a program that runs in this process. */
export function inProcessCallbacks(): CallbackClient {
  const client: CallbackClient = {
    async call({ token }, request) {
      const callback = inProcessTargets.get(client)?.get(token);
      if (callback === undefined) throw new Error(`callback ${token}: not known. Register it in this program.`);
      return (await callback(request)).serializeBinary();
    },
    close() {
      inProcessTargets.delete(client);
    },
  };
  return client;
}
