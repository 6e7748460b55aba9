import { annotationNames, annotation, isAnnotated, type KubeObject } from "../objects.ts";
import { daemonSetAwaiter } from "./daemon-set.ts";
import { deploymentAwaiter } from "./deployment.ts";
import { ingressAwaiter } from "./ingress.ts";
import { jobAwaiter } from "./job.ts";
import { podAwaiter, replicationControllerAwaiter, resourceQuotaAwaiter, secretAwaiter } from "./simple.ts";
import { serviceAwaiter } from "./service.ts";
import { statefulSetAwaiter } from "./stateful-set.ts";
import type { Awaiter } from "./types.ts";
import { claimAwaiter, volumeAwaiter } from "./volumes.ts";
import { waitForAwaiter } from "./wait-for.ts";

/** The awaiter for a written object; undefined if there is nothing to wait for. */
export function awaiterFor(inputs: KubeObject, settleMs: number): Awaiter | undefined {
  if (isAnnotated(inputs, annotationNames.skipAwait)) return undefined;
  const expression = annotation(inputs, annotationNames.waitFor);
  if (expression) return waitForAwaiter(expression);
  switch (`${inputs["apiVersion"]}/${inputs["kind"]}`) {
    case "apps/v1/Deployment":
      return deploymentAwaiter;
    case "apps/v1/StatefulSet":
      return statefulSetAwaiter;
    case "apps/v1/DaemonSet":
      return daemonSetAwaiter;
    case "batch/v1/Job":
      return jobAwaiter;
    case "v1/Pod":
      return podAwaiter;
    case "v1/PersistentVolume":
      return volumeAwaiter;
    case "v1/PersistentVolumeClaim":
      return claimAwaiter;
    case "v1/ReplicationController":
      return replicationControllerAwaiter;
    case "v1/ResourceQuota":
      return resourceQuotaAwaiter;
    case "v1/Secret":
      return inputs["type"] === "kubernetes.io/service-account-token" ? secretAwaiter : undefined;
    case "v1/Service":
      return serviceAwaiter(settleMs);
    case "networking.k8s.io/v1/Ingress":
      return ingressAwaiter(settleMs);
    default:
      return undefined;
  }
}
