import type { Resource } from "../../policy/resource.ts";
import { plain, isDefaultProvider, urnName, type Step } from "pulumi-embedded-engine";

/** What of a run is there when it is over, and is the program's own: what it only reads, others decide about. */
const staying = new Set(["same", "create", "update", "create-replacement", "replace"]);

/**
 * A run's resources as the rules take them: what the program asked for, and beside it what generated values came out. The
 * parts of a replacement are one resource.
 */
export function resourcesOf(steps: readonly Step[]): Resource[] {
  const byUrn = new Map<string, Resource>();
  for (const step of steps) {
    if (!staying.has(step.op) || step.type.startsWith("pulumi:") || isDefaultProvider(step.urn)) continue;
    const { urn, type, name, protect, provider } = step;
    const generated = type.startsWith("random:") ? step.outputs : undefined;
    byUrn.set(urn, {
      ...{ urn, type, name, protect },
      props: plain({ ...generated, ...step.inputs }),
      // A reference is the provider's URN and its id.
      provider: provider === undefined ? undefined : urnName(provider.split("::").slice(0, 4).join("::")),
    });
  }
  return [...byUrn.values()];
}
