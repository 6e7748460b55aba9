import { equal } from "../../../values.ts";
import { pluck } from "../objects.ts";
import { judgePod } from "./pods.ts";
import type { Awaiter } from "./types.ts";

const wait = (status: string) => ({ ready: false, status, reasons: [status] });

export const podAwaiter: Awaiter = {
  judge({ object }) {
    if (!object) return wait("Waiting for the Pod to exist");
    const { ready, status, problem } = judgePod(object);
    return { ready, status, reasons: problem ? [problem] : [] };
  },
};

export const replicationControllerAwaiter: Awaiter = {
  judge({ object }) {
    const wanted = pluck(object, "spec", "replicas");
    const available = pluck(object, "status", "availableReplicas") ?? 0;
    return wanted === available
      ? { ready: true, reasons: [] }
      : wait(`Waiting for ${wanted} replicas (have ${available})`);
  },
};

export const resourceQuotaAwaiter: Awaiter = {
  defaultTimeoutSeconds: 60,
  judge({ object }) {
    const isKnown = equal(pluck(object, "spec", "hard"), pluck(object, "status", "hard"));
    return isKnown ? { ready: true, reasons: [] } : wait("Waiting for the quota to be counted");
  },
};

/** The cluster only fills in service account tokens. */
export const secretAwaiter: Awaiter = {
  defaultTimeoutSeconds: 5,
  judge({ object }) {
    const isFilled =
      pluck(object, "type") !== "kubernetes.io/service-account-token" ||
      Object.keys(pluck(object, "data") ?? {}).length > 0;
    return isFilled ? { ready: true, reasons: [] } : wait("Waiting for the token");
  },
};
