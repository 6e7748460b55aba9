import { z } from "zod";
import { parseJson } from "../../../lib/json.ts";
import { StepProblem } from "../../../lib/problem.ts";

export const stackResource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const operation = z.object({ resource: z.object({ urn: z.string() }), type: z.string() });
const document = z.object({
  version: z.literal(3),
  deployment: z
    .object({ resources: z.array(stackResource).nullish(), pending_operations: z.array(operation).nullish() })
    .nullable(),
});

/** A resource of a deployment export; its secrets are encrypted. */
export type StackResource = z.output<typeof stackResource>;

/** An operation that a killed run left unfinished: creating, updating, deleting. */
export type PendingOperation = z.output<typeof operation>;

export interface Stack {
  resources: StackResource[];
  pending: PendingOperation[];
}

/** The resources in the output of `pulumi stack export`. */
export function parseDeployment(text: string, source: string): StackResource[] {
  return parseStack(text, source).resources;
}

/** Parses the output of `pulumi stack export`. */
export function parseStack(text: string, source: string): Stack {
  const result = document.safeParse(parseJson(text));
  if (result.success)
    return {
      resources: result.data.deployment?.resources ?? [],
      pending: result.data.deployment?.pending_operations ?? [],
    };
  throw new StepProblem(
    source,
    "is not a deployment export of version 3",
    "Export it with `pulumi stack export --stack STACK`",
  );
}
