import { z } from "zod";
import { StepProblem } from "../../../lib/problem.ts";
import { roleLabel, selectorLabels } from "../../../components/kubernetes/names.ts";
import type { Kubectl } from "./kubectl.ts";

const pod = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })).min(1) }),
  status: z.object({
    phase: z.string().default("Unknown"),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});
const podList = z.object({ items: z.array(pod) });

export type Pod = z.output<typeof pod>;

/** Every pod of the program in its namespace; those of the database carry their operator's labels alone. */
const partOfChatwoot = `app.kubernetes.io/part-of=${selectorLabels("")["app.kubernetes.io/part-of"]}`;

export async function readPods(kubectl: Kubectl): Promise<Pod[]> {
  return (await kubectl.json(["get", "pods", "--selector", partOfChatwoot], podList)).items;
}

/** `web`, `worker`, `preparation`, `redis`. */
export const roleOf = ({ metadata }: Pod): string => metadata.labels[roleLabel] ?? "";

export function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions.some(({ type, status: state }) => type === "Ready" && state === "True");
  return metadata.deletionTimestamp === undefined && status.phase === "Running" && ready;
}

/**
 * A pod that can be asked, of the first of these roles that has one: a ready one, else one that runs, because it is asked
 * just when something is wrong.
 */
export function podToAsk(namespace: string, pods: readonly Pod[], roles: readonly string[]): Pod {
  const chosen = [isReady, isRunning].flatMap((fits) =>
    roles.flatMap((role) => pods.filter((each) => roleOf(each) === role && fits(each))),
  )[0];
  if (chosen !== undefined) return chosen;
  throw new StepProblem(
    `namespace ${namespace}`,
    `has no running pod of ${roles.join(" or ")} to ask`,
    `See what is wrong: \`kubectl get pods --namespace ${namespace}\``,
  );
}

function isRunning({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase === "Running";
}
