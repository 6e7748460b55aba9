import { metadata, pluck } from "../objects.ts";
import { podProblems } from "./pods.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

/** A DaemonSet is ready when every node that should has an updated, available pod. */
export function judgeDaemonSet({ object, written, related }: Observation): Verdict {
  if (!object) return { ready: false, status: "Waiting for the DaemonSet to exist", reasons: [] };
  const generation: number = metadata(object)["generation"] ?? 0;
  const status = pluck(object, "status") ?? {};
  const wait = (message: string): Verdict => ({
    ready: false,
    status: message,
    reasons: [message, ...podProblems(related["Pod"], object)],
  });
  if (generation < metadata(written)["generation"] || (status.observedGeneration ?? 0) < generation) {
    return wait("DaemonSet generation is not observed yet");
  }
  const {
    desiredNumberScheduled: wanted,
    currentNumberScheduled = 0,
    updatedNumberScheduled = 0,
    numberAvailable = 0,
    numberReady = 0,
  } = status;
  if (wanted === undefined) return wait("Missing .status.desiredNumberScheduled");
  if (wanted > currentNumberScheduled) return wait(`Current: ${currentNumberScheduled}/${wanted}`);
  if (wanted > updatedNumberScheduled) return wait(`Updated: ${updatedNumberScheduled}/${wanted}`);
  if (wanted > numberAvailable) return wait(`Available: ${numberAvailable}/${wanted}`);
  if (wanted > numberReady) return wait(`Ready: ${numberReady}/${wanted}`);
  return { ready: true, status: `All replicas scheduled as expected. Replicas: ${wanted}`, reasons: [] };
}

export const daemonSetAwaiter: Awaiter = { related: [{ apiVersion: "v1", kind: "Pod" }], judge: judgeDaemonSet };
