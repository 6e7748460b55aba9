import { z } from "zod";
import { parseJson } from "../../../lib/json.ts";
import { runPulumi } from "../../lib/pulumi/run-pulumi.ts";
import { stackResource, type StackResource } from "../../lib/stack/deployment.ts";

/** The preflight asks the cluster, and a chart is downloaded. */
const limitSeconds = 600;

const digest = z.object({
  steps: z.array(z.object({ urn: z.string(), newState: stackResource.nullish() })).nullish(),
});

export interface Program {
  resources: readonly StackResource[];
  /** Why the program's objects are not known: how the preview failed. */
  problem: string | undefined;
}

/**
 * The resources as the program has them: those of the state, with what a preview would change. The state alone does not do:
 * after `pulumi refresh` it has what was changed manually, and lacks what was deleted manually.
 */
export async function programResources(stack: string, recorded: readonly StackResource[]): Promise<Program> {
  const words = ["preview", "--json", "--non-interactive", "--stack", stack];
  const { stdout, failure } = await runPulumi(words, { limitSeconds });
  if (failure !== undefined) return { resources: recorded, problem: failure.finding };
  const resources = plannedResources(recorded, stdout);
  return { resources: resources ?? recorded, problem: resources === undefined ? "printed no JSON" : undefined };
}

/** Replaces resources by their new state in the output of `pulumi preview --json`, and adds those to be created. */
export function plannedResources(recorded: readonly StackResource[], json: string): StackResource[] | undefined {
  const parsed = digest.safeParse(parseJson(json));
  if (!parsed.success) return undefined;
  const byUrn = new Map(recorded.map((resource) => [resource.urn, resource]));
  // A resource without a new state is to be deleted, and is there until then.
  for (const { urn, newState } of parsed.data.steps ?? []) if (newState) byUrn.set(urn, newState);
  return [...byUrn.values()];
}
