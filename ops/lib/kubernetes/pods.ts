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

/** Selects every pod of the program. The database's pods have only their operator's labels. */
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

/** A pod of the first of these roles that has one: a ready pod, otherwise a running one, because commands run during faults. */
export function choosePod(namespace: string, pods: readonly Pod[], roles: readonly string[]): Pod {
  const chosen = [isReady, isRunning].flatMap((fits) =>
    roles.flatMap((role) => pods.filter((each) => roleOf(each) === role && fits(each))),
  )[0];
  if (chosen !== undefined) return chosen;
  throw new StepProblem(
    `namespace ${namespace}`,
    `has no running pod of ${roles.join(" or ")}`,
    `Find the cause: \`kubectl get pods --namespace ${namespace}\``,
  );
}

export function isRunning({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase === "Running";
}
