import type { Deployment } from "./deployment.ts";
import { UnavailableError, UnsupportedError } from "./errors.ts";
import type { Goal } from "./goals.ts";
import { withSecrets } from "./operations.ts";
import type { ResourceState } from "./resource-state.ts";
import { urnOf, type Registered } from "./register.ts";
import { defined } from "./steps.ts";
import { refuseType } from "./unsupported.ts";
import { packageOf } from "./urn.ts";
import { plain, unknownMarker, type Props } from "./values.ts";

/** A getter: reads the resource and stores it in the state as external. */
export async function readResource(deployment: Deployment, request: Goal, id: string): Promise<Registered> {
  deployment.checkAvailable();
  const goal = { ...request, parent: request.parent || deployment.stackUrn };
  const urn = urnOf(deployment, goal);
  try {
    refuseType(goal.type, `resource '${goal.name}' (${goal.type})`);
    const pkg = packageOf(goal.type);
    const inherited = goal.provider || deployment.componentProviders.get(goal.parent)?.[pkg];
    const reference = inherited || (await deployment.registry.defaultProvider(pkg, goal.version, goal.type));
    if (deployment.seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    deployment.seen.add(urn);
    return await deployment.slots.run(() => readOne(deployment, { ...goal, provider: reference }, urn, id));
  } catch (error) {
    deployment.fail(error, urn);
    throw new UnavailableError();
  }
}

async function readOne(deployment: Deployment, goal: Goal, urn: string, id: string): Promise<Registered> {
  deployment.checkAvailable();
  const old = deployment.old(urn);
  const now = new Date().toISOString();
  const next: ResourceState = {
    urn,
    custom: true,
    id,
    type: goal.type,
    inputs: goal.props,
    external: true,
    provider: goal.provider,
    created: old?.created ?? now,
    modified: now,
    ...defined({
      parent: goal.parent || undefined,
      dependencies: goal.dependencies.length > 0 ? goal.dependencies : undefined,
      additionalSecretOutputs: goal.additionalSecretOutputs.length > 0 ? goal.additionalSecretOutputs : undefined,
    }),
  };
  // A managed resource with another id is deleted at the end. With the same id, it is released: kept, but not managed.
  const ours = old !== undefined && old.external !== true && old.id !== id;
  const step = deployment.journal.begin(ours ? "read-replacement" : "read", { old, new: next });
  try {
    const outputs = id === unknownMarker ? {} : await read(deployment, goal, next, id);
    next.outputs = withSecrets(outputs, next);
  } catch (error) {
    step.failed();
    throw error;
  }
  if (ours) old.delete = true;
  else deployment.drop(old);
  deployment.add(next);
  await deployment.save();
  step.done(next);
  if (ours) {
    deployment.replaced.add(urn);
    deployment.journal.note("replace", { old, new: next });
  }
  return { urn, id: next.id as string, outputs: next.outputs };
}

async function read(deployment: Deployment, goal: Goal, next: ResourceState, id: string): Promise<Props> {
  const provider = deployment.registry.get(goal.provider);
  if (provider.read === undefined) {
    const where = `resource '${goal.name}' (${goal.type})`;
    throw new UnsupportedError(`getters of package '${packageOf(goal.type)}'`, where, "Create the resource instead.");
  }
  const context = deployment.context(next.urn, goal.type, goal.customTimeouts?.read);
  const found = await provider.read(id, plain(goal.props), context);
  if (found === undefined) {
    throw new Error(
      `resource '${goal.name}' (${goal.type}): '${id}' does not exist. Create it first, or correct the id.`,
    );
  }
  next.id = found.id;
  return found.outputs;
}
