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

/** A resource of a deployment export; its secrets are encrypted. */
export type StackResource = z.output<typeof resource>;

/** Parses the output of `pulumi stack export`. */
export function parseDeployment(text: string, source: string): StackResource[] {
  const result = document.safeParse(parseJson(text));
  if (result.success) return result.data.deployment?.resources ?? [];
  throw new StepProblem(
    source,
    "is not a deployment export of version 3",
    "Export it with `pulumi stack export --stack STACK`",
  );
}
