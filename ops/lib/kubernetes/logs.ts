import { StepProblem } from "../../../lib/problem.ts";
import { hideSecrets } from "../../logs/hide.ts";
import type { LogLine } from "../../logs/lines.ts";
import type { Kubectl, KubectlPlace } from "./kubectl.ts";
import { readPods, roleOf } from "./pods.ts";

const limitSeconds = 60;
/** Pods read in parallel; each opens a connection to its node. */
const together = 5;

export interface PodLogs {
  lines: LogLine[];
  /** Roles by pod name. */
  groups: Map<string, string>;
  /** Problems of pods without logs. */
  notes: string[];
}

/** Reads each pod on its own: kubectl fails for all pods of a call if one of them has not started. */
export async function readPodLogs(kubectl: Kubectl, { namespace }: KubectlPlace, sinceMs: number): Promise<PodLogs> {
  const pods = await readPods(kubectl);
  if (pods.length === 0)
    throw new StepProblem(
      `namespace ${namespace}`,
      "has no pods of Chatwoot",
      `List its objects: \`kubectl get all --namespace ${namespace}\``,
    );
  const groups = new Map(pods.map((pod) => [pod.metadata.name, roleOf(pod)]));
  const since = `${Math.ceil(sinceMs / 1000)}s`;
  const lines: LogLine[] = [];
  const notes: string[] = [];
  for (let at = 0; at < pods.length; at += together) {
    const asked = pods.slice(at, at + together).map(async ({ metadata: { name } }) => {
      const args = ["logs", name, "--all-containers", "--timestamps", "--since", since];
      const answer = await kubectl.attempt(args, limitSeconds);
      if (answer.exitCode === 0) return lines.push(...parsePodLog(name, answer.stdout));
      return notes.push(`${name} has no logs: ${hideSecrets(answer.stderr).trim()}`);
    });
    await Promise.all(asked);
  }
  if (notes.length < pods.length) return { lines, groups, notes };
  throw new StepProblem(
    `namespace ${namespace}`,
    `none of its ${pods.length} pods has logs:\n${notes.map((note) => `  ${note}\n`).join("")}`,
    `Find the cause: \`kubectl get pods --namespace ${namespace}\``,
  );
}

/** With `--timestamps`, each line begins with its time. */
export function parsePodLog(pod: string, text: string): LogLine[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const timestamp = /^\d{4}-\d\d-\d\dT\S+/.exec(line)?.[0] ?? "";
      const message = line.slice(timestamp.length).replace(/^ /, "");
      return { timestamp, level: "", instance: pod, message };
    });
}
