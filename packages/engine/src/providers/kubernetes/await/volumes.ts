import type { KubeObject } from "../objects.ts";
import { nameOf, pluck } from "../objects.ts";
import type { Awaiter, Observation, Verdict } from "./types.ts";

const phaseOf = (object: KubeObject | undefined): string => pluck(object, "status", "phase") ?? "";

/** A claim is ready when it is bound; before its first consumer, a claim of a class that waits for one is so already. */
export function judgeClaim({ object, before, related }: Observation): Verdict {
  const phase = phaseOf(object);
  const className: string | undefined = pluck(object, "spec", "storageClassName");
  const storageClass = (related["StorageClass"] ?? []).find((item) => nameOf(item) === className);
  const waitsForConsumer = pluck(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  if (phase === "Bound" && (!waitsForConsumer || before)) return { ready: true, reasons: [] };
  // A consumer may be quicker than this wait.
  if (waitsForConsumer && (phase === "Pending" || phase === "Bound")) return { ready: true, reasons: [] };
  const status = `Waiting for the claim to be bound (now ${phase || "without a phase"})`;
  return { ready: false, failed: phase === "Lost", status, reasons: [status] };
}

export const claimAwaiter: Awaiter = {
  related: [{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }],
  defaultTimeoutSeconds: 300,
  judge: judgeClaim,
};

export const volumeAwaiter: Awaiter = {
  defaultTimeoutSeconds: 300,
  judge({ object }) {
    const phase = phaseOf(object);
    if (phase === "Available" || phase === "Bound") return { ready: true, reasons: [] };
    const status = `Waiting for the volume to be available (now ${phase || "without a phase"})`;
    return { ready: false, status, reasons: [status] };
  },
};
