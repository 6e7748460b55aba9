import type { Workers } from "../../config/worker-groups.ts";
import { needsShell, workerCommandOf } from "../chatwoot/processes.ts";
import { objectNames, podLabels } from "./names.ts";

/** Name of the Deployment of workers. */
export function deploymentOf({ name }: Pick<Workers, "name">): string {
  return `${objectNames.release}-${name}`;
}

/** The labels that select the pods of workers, of no others. */
export function workerLabels({ name }: Pick<Workers, "name">): Record<string, string> {
  return podLabels(name === "worker" ? objectNames.release : `${objectNames.release}-${name}`, "worker");
}

/** Arguments of the container; none if the chart's own apply. */
export function workerArgs(workers: Workers): { args?: string[] } {
  if (workers.serves === undefined) return {};
  const command = [...workerCommandOf(workers)];
  return { args: needsShell(command) ? ["sh", "-c", `exec ${command.join(" ")}`] : command };
}
