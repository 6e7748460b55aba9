import { z } from "zod";
import { parseJson } from "../../../lib/json.ts";
import { StepProblem } from "../../../lib/problem.ts";

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const document = z.object({
  version: z.literal(3),
  deployment: z.object({ resources: z.array(resource).nullish() }).nullable(),
});

/** A resource as it stands in a deployment export; secrets in it are sealed, and stay so. */
export type StackResource = z.output<typeof resource>;

/** The resources of a deployment export: what `pulumi stack export` prints. */
export function parseDeployment(text: string, source: string): StackResource[] {
  const result = document.safeParse(parseJson(text));
  if (result.success) return result.data.deployment?.resources ?? [];
  throw new StepProblem(
    source,
    "is not a deployment export of version 3",
    "Give what `pulumi stack export --stack STACK` prints",
  );
}
