import { StepProblem } from "../../../lib/problem.ts";
import { hideSecrets } from "../../logs/hide.ts";
import type { LogLine } from "../../logs/lines.ts";
import type { Kubectl, KubectlPlace } from "./kubectl.ts";
import { readPods, roleOf } from "./pods.ts";

const limitSeconds = 60;
/** Pods that are read side by side; each is a connection to its node. */
const together = 5;

export interface PodLogs {
  lines: LogLine[];
  /** Roles by the names of the pods. */
  groups: Map<string, string>;
  /** What is to be said of pods that gave nothing. */
  notes: string[];
}

/**
 * The logs of every pod of the program, each asked by itself: one that has not started yet has none, which makes kubectl
 * fail for all that were asked with it.
 */
export async function readPodLogs(kubectl: Kubectl, { namespace }: KubectlPlace, sinceMs: number): Promise<PodLogs> {
  const pods = await readPods(kubectl);
  if (pods.length === 0)
    throw new StepProblem(
      `namespace ${namespace}`,
      "has no pods of Chatwoot's",
      `See what is there: \`kubectl get all --namespace ${namespace}\``,
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
      return notes.push(`${name} gave no logs: ${hideSecrets(answer.stderr).trim()}`);
    });
    await Promise.all(asked);
  }
  if (notes.length < pods.length) return { lines, groups, notes };
  throw new StepProblem(
    `namespace ${namespace}`,
    `none of its ${pods.length} pods gave logs:\n${notes.map((note) => `  ${note}\n`).join("")}`,
    `See what is wrong: \`kubectl get pods --namespace ${namespace}\``,
  );
}

/** With `--timestamps`, each line begins with its time; the container's runtime cuts at line ends, so none goes on below. */
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
