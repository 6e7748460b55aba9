import type { Props } from "../../../values.ts";
import { isOwnedBy, nameOf, namespaceOf, pluck, type KubeObject } from "../objects.ts";

const condition = (pod: KubeObject, type: string): Props | undefined =>
  (pluck(pod, "status", "conditions") ?? []).find((item: Props) => item["type"] === type);

const displayName = (pod: KubeObject) =>
  ["", "default"].includes(namespaceOf(pod)) ? nameOf(pod) : `${namespaceOf(pod)}/${nameOf(pod)}`;

const trimPullMessage = (message: string) =>
  message
    .replace(/^rpc error: code = Unknown desc = Error response from daemon: /, "")
    .replace(/: manifest unknown$/, "");

/** The problem of a container that is not ready. */
export function containerProblems(status: Props): string[] {
  if (status["ready"] === true) return [];
  const problems: string[] = [];
  const waiting = pluck(status, "state", "waiting");
  if (waiting && waiting.reason !== "ContainerCreating")
    problems.push(`[${waiting.reason}] ${trimPullMessage(waiting.message ?? "")}`);
  const ended = pluck(status, "state", "terminated");
  if (ended?.reason) {
    problems.push(
      ended.message
        ? `[${ended.reason}] ${trimPullMessage(ended.message)}`
        : `container "${status["name"]}" completed with exit code ${ended.exitCode}`,
    );
  }
  const last = pluck(status, "lastState", "terminated");
  if (last) {
    problems.push(
      `container "${status["name"]}" terminated at ${last.finishedAt} (${last.reason}: exit code ${last.exitCode})`,
    );
    if (last.message) problems.push(last.message);
  }
  return problems;
}

export interface PodVerdict {
  ready: boolean;
  /** The first incomplete step. */
  status: string;
  problem?: string;
}

/** A pod passes three steps: scheduled, initialized, ready (or done). */
export function judgePod(pod: KubeObject): PodVerdict {
  const name = displayName(pod);
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.["status"] !== "True") {
    const problem: string | undefined = scheduled?.["reason"] && scheduled["message"];
    return { ready: false, status: `Waiting for Pod "${name}" to be scheduled`, ...(problem ? { problem } : {}) };
  }
  const steps = [
    { type: "Initialized", verb: "initialized", done: false },
    { type: "Ready", verb: "ready", done: pluck(pod, "status", "phase") === "Succeeded" },
  ];
  for (const { type, verb, done } of steps) {
    const found = condition(pod, type);
    if (found && (found["status"] === "True" || done)) continue;
    const statuses = ["initContainerStatuses", "containerStatuses"].flatMap(
      (list): Props[] => pluck(pod, "status", list) ?? [],
    );
    const problems = statuses
      .filter((item) => pluck(item, "state", "terminated", "exitCode") !== 0)
      .flatMap(containerProblems);
    const message = found?.["reason"] && found["message"] ? found["message"] : "";
    const problem =
      found && (problems.length > 0 || message) ? `[Pod ${name}]: ${message}${problems.join("\n")}` : undefined;
    return { ready: false, status: `Waiting for Pod "${name}" to be ${verb}`, ...(problem ? { problem } : {}) };
  }
  return { ready: true, status: "" };
}

/** The problems of all pods of an object. */
export function podProblems(pods: KubeObject[] | undefined, owner: KubeObject | undefined): string[] {
  const owned = (pods ?? []).filter((pod) => isOwnedBy(pod, owner));
  return owned.flatMap((pod) => judgePod(pod).problem ?? []);
}
