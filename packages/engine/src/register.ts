import type { Callback } from "./callbacks.ts";
import type { Deployment } from "./deployment.ts";
import { UnavailableError, UnsupportedError } from "./errors.ts";
import { withPropertyDependencies, type Goal } from "./goals.ts";
import { planResource } from "./plan-resource.ts";
import { refuseResource } from "./unsupported.ts";
import type { ChildGoal, Provider, RegisteredChild } from "./provider.ts";
import { transformGoal } from "./transforms.ts";
import { isDefaultProvider, isProviderType, makeUrn, packageOf, stackType } from "./urn.ts";
import { plain, type Props } from "./values.ts";

/** The response to a registration. */
export interface Registered {
  urn: string;
  id: string;
  outputs: Props;
}

/** Registers a resource: transforms, provider, plan, operation. The first failure ends the run. */
export async function registerResource(deployment: Deployment, request: Goal): Promise<Registered> {
  deployment.checkAvailable();
  let urn: string | undefined;
  try {
    const goal = await transformed(deployment, inherit(deployment, request));
    urn = urnOf(deployment, goal);
    refuseResource(goal);
    const wanted = { ...goal, provider: await resolveProvider(deployment, goal) };
    deployment.checkAvailable();
    return wanted.remote ? await construct(deployment, wanted) : await registerOne(deployment, wanted, urn);
  } catch (error) {
    deployment.fail(error, urn);
    throw error instanceof UnavailableError || deployment.failure === undefined ? error : new UnavailableError();
  }
}

async function registerOne(deployment: Deployment, goal: Goal, urn: string): Promise<Registered> {
  if (deployment.seen.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
  deployment.seen.add(urn);
  deployment.goals.set(urn, goal);
  if (!goal.custom) inheritProviders(deployment, goal, urn);
  const reference = goal.custom && !isProviderType(goal.type) ? goal.provider : "";
  const provider = reference === "" ? undefined : { reference, instance: deployment.registry.get(reference) };
  const state = await deployment.slots.run(() => {
    deployment.checkAvailable();
    return planResource(deployment, goal, urn, provider);
  });
  // The program registers a local component's outputs later, so those of the last run are ignored.
  return { urn, id: state.id ?? "", outputs: goal.custom ? (state.outputs ?? {}) : {} };
}

export function urnOf(deployment: Deployment, { type, name, parent }: Pick<Goal, "type" | "name" | "parent">): string {
  return makeUrn({ stack: deployment.options.stack, project: deployment.options.project.name, parent, type, name });
}

/** Sets the stack as the default parent, and applies inherited options. */
function inherit(deployment: Deployment, goal: Goal): Goal {
  const rootless = goal.type === stackType || isDefaultProvider(urnOf(deployment, goal));
  const parent = goal.parent === "" && !rootless ? deployment.stackUrn : goal.parent;
  const above = deployment.goals.get(parent);
  if (above === undefined) return { ...goal, parent };
  const sameProvider =
    (!goal.custom && !goal.remote) ||
    (above.provider !== "" && above.provider.includes(`::pulumi:providers:${packageOf(goal.type)}::`));
  return {
    ...goal,
    parent,
    deletedWith: goal.deletedWith || above.deletedWith,
    protect: goal.protect ?? above.protect,
    retainOnDelete: goal.retainOnDelete ?? above.retainOnDelete,
    provider: goal.provider || (sameProvider ? above.provider : ""),
  };
}

/** Runs the resource's own transforms, its parents', then the stack's. */
async function transformed(deployment: Deployment, goal: Goal): Promise<Goal> {
  const urn = urnOf(deployment, goal);
  const handed = deployment.pendingTransforms.get(urn);
  deployment.pendingTransforms.delete(urn);
  const own = handed ?? goal.transforms;
  // The provider of a remote component registers the component again, with the same transforms.
  if (goal.remote && own.length > 0) deployment.pendingTransforms.set(urn, own);
  const inherited: Callback[] = [];
  for (let parent = goal.parent; parent !== ""; parent = deployment.goals.get(parent)?.parent ?? "") {
    inherited.push(...(deployment.transforms.get(parent) ?? []));
  }
  if (own.length > 0) deployment.transforms.set(urn, own);
  const all = [...own, ...inherited, ...deployment.stackTransforms];
  return transformGoal(goal, all, deployment.options.callbacks, goal.transforms.length > 0);
}

async function resolveProvider(deployment: Deployment, goal: Goal): Promise<string> {
  const needed = (goal.custom && !isProviderType(goal.type)) || goal.remote;
  if (!needed || goal.provider !== "") return goal.provider;
  const pkg = packageOf(goal.type);
  const inherited = goal.providers[pkg] ?? deployment.componentProviders.get(goal.parent)?.[pkg];
  return inherited ?? deployment.registry.defaultProvider(pkg, goal.version, goal.type);
}

function inheritProviders(deployment: Deployment, goal: Goal, urn: string): void {
  deployment.componentProviders.set(urn, { ...deployment.componentProviders.get(goal.parent), ...goal.providers });
}

/** A remote component: the engine registers it, its provider registers its children. */
async function construct(deployment: Deployment, goal: Goal): Promise<Registered> {
  const provider: Provider = deployment.registry.get(goal.provider);
  if (provider.construct === undefined) {
    const advice = "Use a provider that constructs it, or resources of the package instead.";
    throw new UnsupportedError(`remote components of package '${packageOf(goal.type)}'`, goal.type, advice);
  }
  const pkg = packageOf(goal.type);
  const component = await transformed(deployment, {
    ...goal,
    remote: false,
    transforms: [],
    props: {},
    propertyDependencies: {},
    providers: { ...goal.providers, [pkg]: goal.provider },
  });
  const urn = urnOf(deployment, component);
  await registerOne(deployment, { ...component, provider: "" }, urn);
  const child = async ({ retainOnDelete, ...rest }: ChildGoal): Promise<RegisteredChild> => {
    const options = retainOnDelete === undefined ? rest : { ...rest, retainOnDelete };
    const request = withPropertyDependencies({ custom: true, parent: urn, version: goal.version, ...options });
    // A request of its own: the component fails with its first child, while others are still at work.
    return deployment.track(registerResource(deployment, request));
  };
  const outputs = await provider.construct(plain(goal.props), deployment.context(urn, goal.type), child);
  deployment.checkAvailable();
  return { urn, id: "", outputs };
}

/** Registers a default provider like any other resource, but outside of the stack's tree. */
export function registerDefaultProviders(deployment: Deployment): void {
  deployment.registry.onDefault(async (goal) => registerOne(deployment, goal, urnOf(deployment, goal)));
}

/** Stores the outputs that a component registers after its children; the stack's are the run's outputs. */
export async function registerOutputs(deployment: Deployment, urn: string, outputs: Props): Promise<void> {
  deployment.checkAvailable();
  const resource = deployment.current(urn);
  if (resource === undefined) throw new Error(`resource ${urn}: outputs before its registration. Register it first.`);
  deployment.journal.mask.learn(outputs);
  if (resource.type === stackType) {
    // Stored at the end, when it is known whether the run succeeded.
    deployment.outputs = outputs;
    showOutputs(deployment, urn, outputs);
    return;
  }
  const changed = JSON.stringify(resource.outputs ?? {}) !== JSON.stringify(outputs);
  resource.outputs = outputs;
  showOutputs(deployment, urn, outputs);
  if (changed) await deployment.save();
}

function showOutputs(deployment: Deployment, urn: string, outputs: Props): void {
  const step = deployment.journal.steps.find(
    (candidate) => candidate.urn === urn && candidate.op !== "delete-replaced",
  );
  if (step !== undefined) step.outputs = outputs;
}

/** Stores the stack's outputs. A failed run may lack some of them, so it only adds and changes outputs. */
export function storeStackOutputs(deployment: Deployment): void {
  const stack = deployment.current(deployment.stackUrn);
  if (stack === undefined) return;
  stack.outputs = deployment.ok ? deployment.outputs : { ...stack.outputs, ...deployment.outputs };
}
