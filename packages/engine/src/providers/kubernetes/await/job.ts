import type { Props } from "../../../values.ts";
import { nameOf, namespaceOf, pluck, type KubeObject } from "../objects.ts";
import { podProblems } from "./pods.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

function isTrue(job: KubeObject, type: string): Props | undefined {
  const conditions: Props[] = pluck(job, "status", "conditions") ?? [];
  return conditions.find((item) => item["type"] === type && item["status"] === "True");
}

/** Started and complete: what a Job must be, and what `pulumi.com/replaceUnready` asks. */
export function isJobComplete(job: KubeObject): boolean {
  return pluck(job, "status", "startTime") !== undefined && isTrue(job, "Complete") !== undefined;
}

export function judgeJob({ object, related }: Observation): Verdict {
  if (!object) return { ready: false, status: "Waiting for the Job to exist", reasons: [] };
  if (isJobComplete(object)) return { ready: true, reasons: [] };
  const name = ["", "default"].includes(namespaceOf(object))
    ? nameOf(object)
    : `${namespaceOf(object)}/${nameOf(object)}`;
  const problems = podProblems(related["Pod"], object);
  const failure = isTrue(object, "Failed");
  // The real provider ends early for two reasons of failure only, but a failed Job never becomes complete.
  if (failure)
    return { ready: false, failed: true, reasons: [`[${failure["reason"]}] ${failure["message"]}`, ...problems] };
  const { active = 0, succeeded = 0, failed = 0 } = pluck(object, "status") ?? {};
  const status =
    pluck(object, "status", "startTime") === undefined
      ? `Waiting for Job "${name}" to start`
      : `Waiting for Job "${name}" to succeed (Active: ${active} | Succeeded: ${succeeded} | Failed: ${failed})`;
  return { ready: false, status, reasons: problems };
}

export const jobAwaiter: Awaiter = { related: [{ apiVersion: "v1", kind: "Pod" }], judge: judgeJob };
