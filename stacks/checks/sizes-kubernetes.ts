import { ingressAnnotations } from "../../components/kubernetes/edge/ingress.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import type { Problem } from "../../config/problems.ts";
import type { KubernetesConfig } from "../../config/schema.ts";

/** Kubernetes' limit for the names and values of an object's annotations together. */
const largestAnnotations = 262_144;
/** Of these, for the annotations that the stack and controllers add. */
const reserved = 8_192;
/** The Gateway API's limit for the host names of a route. */
const mostHosts = 16;
/** etcd rejects an object over 1.5 MiB; a setting becomes a part of one. */
const largestSetting = 1_000_000;

type Kubernetes = KubernetesConfig["kubernetes"];

/** Rejects settings that the API server would reject for their size, after it has accepted other objects. */
export function checkKubernetesSizes(kubernetes: Kubernetes): Problem[] {
  return [...checkAnnotations(kubernetes), ...checkHosts(kubernetes), ...checkSettings(kubernetes)];
}

function checkAnnotations({ ingress, pods, monitoring }: Kubernetes): Problem[] {
  const sets: [key: string, annotations: Record<string, string> | undefined][] = [
    ["pods.annotations", pods.annotations],
    ...Object.entries(pods.overrides).map(([kind, { annotations }]): [string, typeof annotations] => [
      `pods.overrides.${kind}.annotations`,
      annotations,
    ]),
    ["monitoring.dashboardFolder", monitoring && { folder: monitoring.dashboardFolder }],
  ];
  if (ingress.mode === "ingress") sets.push(["ingress.annotations", ingressAnnotations(ingress, objectNames.proxy)]);
  return sets.flatMap(([key, annotations = {}]) => {
    const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(""));
    const over = bytes - (largestAnnotations - reserved);
    if (over <= 0) return [];
    return [
      {
        key: `kubernetes.${key}`,
        message: `takes ${bytes} bytes of an object's annotations, more than the ${largestAnnotations - reserved} that Kubernetes' limit of ${largestAnnotations} leaves for them. Shorten it by ${over} bytes`,
      },
    ];
  });
}

function checkHosts({ ingress }: Kubernetes): Problem[] {
  if (ingress.mode !== "gateway" || ingress.helpCenterHosts.length <= mostHosts) return [];
  return [
    {
      key: "kubernetes.ingress.helpCenterHosts",
      message: `has ${ingress.helpCenterHosts.length} hosts, more than the ${mostHosts} of a Gateway's route. Remove some, or use mode: ingress`,
    },
  ];
}

function checkSettings(kubernetes: Kubernetes): Problem[] {
  return Object.entries(kubernetes)
    .map(([name, value]) => ({ key: `kubernetes.${name}`, bytes: Buffer.byteLength(JSON.stringify(value) ?? "") }))
    .filter(({ bytes }) => bytes > largestSetting)
    .map(({ key, bytes }) => ({
      key,
      message: `takes ${bytes} bytes, more than the ${largestSetting} that fit into a Kubernetes object. Shorten it`,
    }));
}
