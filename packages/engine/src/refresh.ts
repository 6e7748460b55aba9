import type { Deployment } from "./deployment.ts";
import { withSecrets } from "./operations.ts";
import type { ResourceState } from "./resource-state.ts";
import { equal, plain } from "./values.ts";

/**
 * As `--refresh`: the state takes over what each provider reads, inputs included, before the program runs. It is stored at
 * once, so it stays if the program then refuses. Providers without a reading function keep their state.
 */
export async function refresh(deployment: Deployment): Promise<void> {
  await Promise.all(deployment.olds.map((resource) => deployment.slots.run(() => refreshOne(deployment, resource))));
  await deployment.save();
}

/** As `pulumi refresh`: the same without a program, with a step for each resource. */
export async function refreshOnly(deployment: Deployment): Promise<void> {
  const before = deployment.olds.map((old) => ({ ...old }));
  await refresh(deployment);
  for (const [index, old] of before.entries()) {
    const resource = deployment.olds[index] as ResourceState;
    if (deployment.isGone(resource)) deployment.journal.note("delete", { old });
    else deployment.journal.note(equal(old.inputs, resource.inputs) ? "same" : "update", { old, new: resource });
  }
}

async function refreshOne(deployment: Deployment, resource: ResourceState): Promise<void> {
  const { urn, id, type, provider: reference, custom, external } = resource;
  if (!custom || reference === undefined || id === undefined || external === true || resource.delete === true) return;
  const provider = deployment.registry.get(reference);
  if (provider.read === undefined) return;
  const found = await provider.read(id, plain(resource.inputs ?? {}), deployment.context(urn, type));
  if (found === undefined) {
    deployment.drop(resource);
    return;
  }
  resource.outputs = withSecrets(found.outputs, resource);
  if (found.inputs !== undefined) resource.inputs = found.inputs;
}
