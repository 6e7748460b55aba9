import { aliasUrns } from "./aliases.ts";
import type { Deployment } from "./deployment.ts";
import { applyReplaceOnChanges, forcedReplacement, forcesReplacement, stepDiff } from "./diffs.ts";
import { dependentsToReplace } from "./dependents.ts";
import type { Goal } from "./goals.ts";
import { create, remove, update, withSecretKeys, type Change } from "./operations.ts";
import { parsePath, resetPath } from "./paths.ts";
import type { CheckFailure, Provider } from "./provider.ts";
import { diffResource, sameValue } from "./resource-diff.ts";
import type { ResourceState } from "./resource-state.ts";
import { defined } from "./steps.ts";
import { isProviderType } from "./urn.ts";
import { markSecrets, plain, type Props } from "./values.ts";

/** Plans and runs the operation for a registration. Returns the resource's new state. */
export async function planResource(
  deployment: Deployment,
  goal: Goal,
  urn: string,
  provider: { reference: string; instance: Provider } | undefined,
): Promise<ResourceState> {
  const found = findOld(deployment, goal, urn);
  const recreating = found !== undefined && deployment.condemned.has(found.urn);
  const old = recreating ? undefined : found;
  const reset = goal.ignoreChanges.reduce<Props>(
    (props, path) => (found === undefined ? props : resetPath(props, found.inputs ?? {}, parsePath(path))),
    goal.props,
  );
  const checked = await check(
    deployment,
    goal,
    urn,
    provider?.instance,
    reset,
    old?.external === true ? undefined : old?.inputs,
  );
  const next = nextState(goal, urn, checked, provider?.reference);
  const change: Change = { new: next, goal, provider: provider?.instance, supersedes: [] };

  if (recreating) {
    deployment.replaced.add(urn);
    deployment.journal.note("replace", { old: found, new: next, goal });
    const diff = stepDiff({ changes: [], forcedBy: deployment.condemned.get(found.urn) ?? [] });
    await create(deployment, "create-replacement", { ...change, old: found, diff, supersedes: [found] });
    return next;
  }
  if (old === undefined) {
    await create(deployment, "create", { ...change, supersedes: [] });
    return next;
  }
  // The stack only read it until now; what it read is left alone, and forgotten at the end.
  if (goal.custom && old.external === true) {
    await replace(deployment, { ...change, old }, false);
    return next;
  }
  const isAskedFor = goal.custom && deployment.options.replace?.includes(urn) === true;
  const diff = isAskedFor
    ? forcedReplacement("id")
    : applyReplaceOnChanges(
        await diffResource(deployment, goal, old, next, provider),
        goal.replaceOnChanges,
        (old.initErrors?.length ?? 0) > 0,
      );
  const withDiff = { ...change, old, diff: stepDiff(diff) };
  if (forcesReplacement(diff) || old.pendingReplacement === true) {
    next.inputs = await check(deployment, goal, urn, provider?.instance, goal.props, undefined);
    if (isProviderType(next.type)) next.inputs = providerInputs(goal, next.inputs);
    await replace(deployment, withDiff, goal.deleteBeforeReplace ?? diff.deleteBeforeReplace ?? false);
  } else if (diff.changes.length > 0 || (old.initErrors?.length ?? 0) > 0) {
    await update(deployment, { ...withDiff, supersedes: [old] });
  } else await keep(deployment, { ...change, old });
  return next;
}

/** The inputs are unchanged; only options may differ. */
async function keep(deployment: Deployment, change: Change & { old: ResourceState }): Promise<void> {
  const { old, new: next } = change;
  const step = deployment.journal.begin("same", change);
  if (old.id !== undefined) next.id = old.id;
  next.outputs = withSecretKeys(old.outputs ?? {}, next);
  next.created = old.created as string;
  next.modified = old.modified as string;
  if (!old.custom) next.inputs = old.inputs ?? {};
  if (isProviderType(next.type)) deployment.registry.configure(next);
  deployment.drop(old);
  deployment.add(next);
  const isKept = sameValue(metadata(old), metadata(next)) && sameValue(old.outputs ?? {}, next.outputs);
  if (!isKept) await deployment.save();
  step.done(next);
}

/** The fields whose change is written at once. Others are written with the next change or at the end. */
function metadata(resource: ResourceState): Props {
  const { outputs: _outputs, created: _created, modified: _modified, sourcePosition: _position, ...rest } = resource;
  return JSON.parse(JSON.stringify(rest)) as Props;
}

async function replace(
  deployment: Deployment,
  change: Change & { old: ResourceState },
  deleteFirst: boolean,
): Promise<void> {
  const { old, new: next } = change;
  if (old.protect === true && next.protect === true) {
    deployment.refuse(
      `unable to replace resource "${next.urn}": it is protected. Remove the \`protect\` flag from the resource in the program and run \`up\` again.`,
      next.urn,
    );
  }
  deployment.replaced.add(next.urn);
  if (!deleteFirst) {
    // Dependents are updated to the new resource before the old one is deleted at the end of the run.
    const outcome = old.pendingReplacement === true ? { supersedes: [old] } : { replaces: old };
    await create(deployment, "create-replacement", { ...change, ...outcome });
    deployment.journal.note("replace", change);
    return;
  }
  for (const { dependent, keys } of await dependentsToReplace(deployment, old)) {
    if (deployment.condemned.has(dependent.urn)) continue;
    if (dependent.protect === true) {
      throw new Error(
        `unable to replace resource "${dependent.urn}" as part of replacing "${next.urn}": it is protected. ` +
          `Remove its \`protect\` flag and run \`up\`, or run \`pulumi state unprotect '${dependent.urn}'\`.`,
      );
    }
    deployment.condemned.set(dependent.urn, keys);
    await remove(deployment, "delete-replaced", dependent, true);
  }
  // An earlier run deleted it and ended before creating the replacement.
  if (old.pendingReplacement !== true) await remove(deployment, "delete-replaced", old, true);
  deployment.journal.note("replace", change);
  await create(deployment, "create-replacement", { ...change, supersedes: [old] });
}

function findOld(deployment: Deployment, goal: Goal, urn: string): ResourceState | undefined {
  const direct = deployment.old(urn);
  if (direct !== undefined) return direct;
  const { stack, project } = deployment.options;
  for (const alias of aliasUrns(goal, { stack, project: project.name, renamed: deployment.renamed })) {
    const old = deployment.old(alias);
    if (old === undefined) continue;
    if (deployment.seen.has(alias)) {
      throw new Error(`Duplicate resource alias '${alias}' applied to resource with URN '${urn}'. Use an alias once.`);
    }
    deployment.renamed.set(urn, alias);
    deployment.renames.set(alias, urn);
    return old;
  }
  return undefined;
}

async function check(
  deployment: Deployment,
  goal: Goal,
  urn: string,
  provider: Provider | undefined,
  news: Props,
  olds: Props | undefined,
): Promise<Props> {
  if (provider?.check === undefined) return news;
  const before = olds === undefined ? undefined : plain(olds);
  const { inputs, failures = [] } = await provider.check(plain(news), before, deployment.context(urn, goal.type));
  if (failures.length > 0) throw new Error(failures.map((failure) => sentence(goal, failure)).join("\n"));
  return markSecrets(inputs, news) as Props;
}

function sentence({ type, name }: Goal, { property, reason }: CheckFailure): string {
  const where = property === "" ? "" : `property ${property} value is invalid: `;
  return `${type} resource '${name}' has a problem: ${where}${reason}`;
}

/** The state of a goal, without the results of the operation. */
function nextState(goal: Goal, urn: string, inputs: Props, provider: string | undefined): ResourceState {
  const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
  return {
    urn,
    custom: goal.custom,
    type: goal.type,
    inputs: isProviderType(goal.type) ? providerInputs(goal, inputs) : inputs,
    ...defined({
      parent: goal.parent || undefined,
      protect: goal.protect || undefined,
      retainOnDelete: goal.retainOnDelete || undefined,
      provider: provider || undefined,
      dependencies: some(goal.dependencies),
      propertyDependencies: Object.keys(goal.propertyDependencies).length > 0 ? goal.propertyDependencies : undefined,
      additionalSecretOutputs: some(goal.additionalSecretOutputs),
      ignoreChanges: some(goal.ignoreChanges),
      replaceOnChanges: some(goal.replaceOnChanges),
      deletedWith: goal.deletedWith || undefined,
      replaceWith: some(goal.replaceWith),
      customTimeouts: goal.customTimeouts,
      replacementTrigger: goal.replacementTrigger ?? undefined,
      sourcePosition: goal.sourcePosition,
    }),
  };
}

/** A provider carries its package's version among its inputs, and then the engine's own key too. */
function providerInputs(goal: Goal, inputs: Props): Props {
  const versioned = goal.version === "" ? inputs : { version: goal.version, ...inputs };
  return versioned["version"] === undefined ? versioned : { __internal: {}, ...versioned };
}
