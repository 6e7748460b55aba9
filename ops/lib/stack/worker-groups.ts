import { z } from "zod";
import { objectNames } from "../../../components/kubernetes/names.ts";
import { parseJson } from "../../../lib/json.ts";
import type { StackResource } from "./deployment.ts";
import { recordedSteps } from "./steps.ts";

const bounds = z.object({ groups: z.record(z.string(), z.object({ queues: z.array(z.string()) })) });
const deployment = z.object({
  kind: z.literal("Deployment"),
  metadata: z.object({ name: z.string().startsWith(`${objectNames.release}-worker-`) }),
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }) }),
  }),
});

/** Names the workers of a queue: `worker`, or `worker-mail` of the group that takes it. */
export function workersOfQueues(resources: readonly StackResource[]): (queue: string) => string {
  const owners = new Map<string, string>();
  for (const { inputs } of resources) {
    const found = deployment.safeParse(inputs);
    if (!found.success) continue;
    const { args } = found.data.spec.template.spec.containers[0];
    const queues = args.filter((_, index) => args[index - 1] === "-q");
    for (const queue of queues) owners.set(queue, found.data.metadata.name.slice(objectNames.release.length + 1));
  }
  for (const { inputs } of recordedSteps(resources)) {
    const found = bounds.safeParse(parseJson(inputs["SCALING"]));
    for (const [name, { queues }] of Object.entries(found.data?.groups ?? {}))
      for (const queue of queues) owners.set(queue, name);
  }
  return (queue) => owners.get(queue) ?? "worker";
}
