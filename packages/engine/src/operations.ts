import { randomUUID } from "node:crypto";
import type { Deployment } from "./deployment.ts";
import { UnavailableError } from "./errors.ts";
import type { OpenStep } from "./journal.ts";
import type { Op } from "./events.ts";
import { InitializationError, type Provider } from "./provider.ts";
import type { ResourceState } from "./resource-state.ts";
import type { StepParts } from "./steps.ts";
import { isProviderType } from "./urn.ts";
import { isObject, isSecret, mapValue, markSecrets, plain, secret, type Props, type Value } from "./values.ts";

/** The operations that change a resource; each records its pending operation and its result in the state. */

export interface Change extends StepParts {
  new: ResourceState;
  /** Undefined for components and for provider resources, which the engine manages itself. */
  provider: Provider | undefined;
  /** Old states that the result replaces. */
  supersedes: (ResourceState | undefined)[];
  /** An old state to keep until the end of the run and delete then. */
  replaces?: ResourceState;
}

/** Creates the resource; `op` distinguishes a creation from a part of a replacement. */
export async function create(deployment: Deployment, op: Op, change: Change): Promise<void> {
  const { new: next, provider } = change;
  await apply(deployment, op, change, async () => {
    next.created = next.modified = new Date().toISOString();
    if (isProviderType(next.type)) {
      next.id = deployment.preview ? "" : randomUUID();
      next.outputs = providerOutputs(next.inputs);
      deployment.registry.configure(next);
    } else if (provider !== undefined) {
      const work = (): Promise<{ id: string; outputs: Props }> =>
        provider.create(plain(next.inputs), deployment.context(next.urn, next.type, next.customTimeouts?.create));
      const made = await deployment.pending({ resource: next, type: "creating" }, work);
      next.id = made.id;
      next.outputs = withSecrets(made.outputs, next);
    } else next.outputs = {};
  });
}

/** Pulumi stores `__internal` only in a provider's inputs, and treats it in the outputs as a change. */
function providerOutputs(inputs: Props = {}): Props {
  const { __internal: _internal, ...outputs } = inputs;
  return outputs;
}

export async function update(deployment: Deployment, change: Change & { old: ResourceState }): Promise<void> {
  const { new: next, old, provider } = change;
  await apply(deployment, "update", change, async () => {
    if (old.id !== undefined) next.id = old.id;
    next.outputs = old.outputs ?? {};
    if (isProviderType(next.type)) {
      next.outputs = providerOutputs(next.inputs);
      deployment.registry.configure(next);
    } else if (provider !== undefined) {
      const context = deployment.context(next.urn, next.type, next.customTimeouts?.update);
      const [before, outputs, after] = [plain(old.inputs ?? {}), plain(old.outputs ?? {}), plain(next.inputs)] as const;
      const work = (): Promise<Props> =>
        // A provider without `update` replaces on every difference, so only options of the program changed.
        provider.update?.(next.id as string, before, outputs, after, context) ?? Promise.resolve(after);
      next.outputs = withSecrets(await deployment.pending({ resource: next, type: "updating" }, work), next);
    }
    if (old.created !== undefined) next.created = old.created;
    next.modified = new Date().toISOString();
  });
}

/** Runs one change: its events, its commit, and the state after a failure. */
async function apply(deployment: Deployment, op: Op, change: Change, work: () => Promise<void>): Promise<void> {
  const step = deployment.journal.begin(op, change);
  const commit = async (): Promise<void> => {
    change.supersedes.forEach((old) => deployment.drop(old));
    if (change.replaces !== undefined) change.replaces.delete = true;
    deployment.add(change.new);
    await deployment.save();
  };
  try {
    await work();
  } catch (error) {
    if (error instanceof InitializationError) await keepUninitialized(change.new, error, commit);
    else await deployment.save();
    step.failed();
    throw error;
  }
  await commit();
  step.done(change.new);
}

/** The resource exists, so it is kept in the state with the reasons, and the next run continues with it. */
async function keepUninitialized(
  next: ResourceState,
  error: InitializationError,
  commit: () => Promise<void>,
): Promise<void> {
  next.id = error.id;
  next.outputs = withSecrets(error.outputs, next);
  next.initErrors = error.reasons;
  await commit();
}

/** Outputs are secret if the inputs are, or if the program marks them as secret. */
export function withSecrets(outputs: Props, resource: ResourceState): Props {
  const inputs = resource.inputs ?? {};
  const marked = markSecrets(outputs, inputs) as Props;
  // Some providers copy inputs to the outputs.
  if (isObject(marked["__inputs"])) marked["__inputs"] = markSecrets(marked["__inputs"], inputs);
  return withSecretKeys(marked, resource);
}

/** Marks the outputs that the program names, and those with the name of a secret input, also where nothing else changed. */
export function withSecretKeys(outputs: Props, { inputs = {}, additionalSecretOutputs = [] }: ResourceState): Props {
  const isHidden = (key: string): boolean => additionalSecretOutputs.includes(key) || isSecret(inputs[key]);
  return mapValue(outputs, (value: Value, key) => (isHidden(String(key)) ? secret(value) : value)) as Props;
}

/** Deletes an old state's resource. `keep` leaves it in the state as deleted with a pending replacement. */
export async function remove(deployment: Deployment, op: Op, old: ResourceState, keep = false): Promise<void> {
  const step = deployment.journal.begin(op, { old });
  try {
    if (destroys(deployment, op, old)) await destroy(deployment, old);
  } catch (error) {
    await failed(deployment, step, error);
  }
  if (keep) old.pendingReplacement = true;
  else deployment.drop(old);
  await deployment.save();
  step.done();
}

async function failed(deployment: Deployment, step: OpenStep, error: unknown): Promise<never> {
  step.failed();
  if (!(error instanceof UnavailableError)) await deployment.save();
  throw error;
}

async function destroy(deployment: Deployment, old: ResourceState): Promise<void> {
  const provider = deployment.registry.get(old.provider as string);
  const context = deployment.context(old.urn, old.type, old.customTimeouts?.delete);
  await deployment.pending({ resource: old, type: "deleting" }, async () => {
    await provider.delete?.(old.id as string, plain(old.inputs ?? {}), plain(old.outputs ?? {}), context);
  });
}

/** Whether a deletion needs the provider. */
function destroys(deployment: Deployment, op: Op, old: ResourceState): boolean {
  if (deployment.preview || !old.custom || old.provider === undefined || old.external === true) return false;
  if (old.retainOnDelete === true || op === "discard") return false;
  if (old.deletedWith === undefined) return true;
  // Deleting the `deletedWith` resource deletes this one too.
  const container = old.deletedWith;
  const replaced = deployment.condemned.has(container) || deployment.replaced.has(container);
  const stays = deployment.current(container) !== undefined && !replaced;
  return stays;
}
