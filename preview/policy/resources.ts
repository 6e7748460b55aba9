import type { Resource } from "../../policy/resource.ts";
import { plain, isDefaultProvider, urnName, type Step } from "pulumi-embedded-engine";

/** Operations after which a resource exists and is managed by the program. */
const managedOps = new Set(["same", "create", "update", "create-replacement", "replace"]);

/** Converts a run's resources for the rules: inputs, and outputs of generated values. A replacement is one resource. */
export function resourcesOf(steps: readonly Step[]): Resource[] {
  const byUrn = new Map<string, Resource>();
  for (const step of steps) {
    if (!managedOps.has(step.op) || step.type.startsWith("pulumi:") || isDefaultProvider(step.urn)) continue;
    const { urn, type, name, protect, provider } = step;
    const generated = type.startsWith("random:") ? step.outputs : undefined;
    byUrn.set(urn, {
      ...{ urn, type, name, protect },
      props: plain({ ...generated, ...step.inputs }),
      // A reference is the provider's URN and id.
      provider: provider === undefined ? undefined : urnName(provider.split("::").slice(0, 4).join("::")),
    });
  }
  return [...byUrn.values()];
}
