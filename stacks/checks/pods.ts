import { deployed } from "../../config/schema/kubernetes/external.ts";
import { podKinds, podResources } from "../../config/pod-resources.ts";
import type { Problem } from "../../config/problems.ts";
import type { PodKind, PodsConfig } from "../../config/schema/kubernetes/pods.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { quantityNumber } from "../../lib/quantity.ts";

/** Rejects limits below the requests, which the API server refuses once the other parts are deployed. */
export function checkPods({ kubernetes, web, worker }: PartialSettings): Problem[] {
  if (kubernetes === undefined) return [];
  const { pods, postgres, redis } = kubernetes;
  const memory: Partial<Record<PodKind, number | undefined>> = {
    web: web?.memoryMb,
    worker: worker?.memoryMb,
    database: deployed(postgres)?.memoryMb,
    redis: deployed(redis)?.memoryMb,
  };
  const elsewhere = memorySetElsewhere(pods);
  if (elsewhere.length > 0) return elsewhere;
  return podKinds.flatMap((kind) => limitsBelowRequests(pods, kind, memory[kind]));
}

/** Redis and the database divide their memory themselves, so it has one setting. */
const memoryKeys: Partial<Record<PodKind, string>> = {
  web: "web.memoryMb",
  worker: "worker.memoryMb",
  database: "deployed(kubernetes.postgres)?.memoryMb",
  redis: "deployed(kubernetes.redis)?.memoryMb",
};

function memorySetElsewhere({ resources, overrides }: PodsConfig): Problem[] {
  const keys = (at: string, own: PodsConfig["resources"], message: string): Problem[] =>
    (["requests", "limits"] as const)
      .filter((list) => own?.[list]?.memory !== undefined)
      .map((list) => ({ key: `kubernetes.pods.${at}resources.${list}.memory`, message }));
  return [
    ...keys("", resources, "is one amount for pods that need different ones. Set it in kubernetes.pods.overrides"),
    ...podKinds.flatMap((kind) => {
      const key = memoryKeys[kind];
      const message = `is the memory of ${kind}, which has a setting. Remove it, and set ${key}`;
      return key === undefined ? [] : keys(`overrides.${kind}.`, overrides[kind]?.resources, message);
    }),
  ];
}

function limitsBelowRequests(pods: PodsConfig, kind: PodKind, memoryMb: number | undefined): Problem[] {
  const { requests, limits } = podResources(pods, kind, memoryMb);
  const number = (amount = ""): number | undefined => quantityNumber(amount);
  return Object.entries(limits).flatMap(([name, limit]) => {
    const [least, most] = [number(requests[name]), number(limit)];
    if (least === undefined || most === undefined || least <= most) return [];
    return [
      {
        key: `kubernetes.pods.overrides.${kind}.resources.limits.${name}`,
        message: `would be ${limit}, below the request of ${requests[name]}. Raise the limit to ${requests[name]} or more, or lower kubernetes.pods.overrides.${kind}.resources.requests.${name}`,
      },
    ];
  });
}
