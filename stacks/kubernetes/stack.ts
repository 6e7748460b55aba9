import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GeneratedSecrets } from "../../components/chatwoot/generated-secrets.ts";
import { withFixedFieldManager } from "../../components/kubernetes/transform.ts";
import type { ClusterFacts } from "../../components/kubernetes/facts.ts";
import type { KubernetesStackConfig } from "../load.ts";

/** Options of every object in the cluster. */
export interface ClusterOptions {
  provider: k8s.Provider;
  transformations: pulumi.ResourceTransformation[];
}

/** Shared input of the parts of the stack. */
export interface KubernetesStack {
  config: KubernetesStackConfig;
  secrets: GeneratedSecrets;
  namespace: pulumi.Output<string>;
  opts: ClusterOptions;
  /** What the preflight saw in the cluster. */
  facts: ClusterFacts;
}

export function clusterOptions({ context }: { context: string }, adopts = false): ClusterOptions {
  const provider = new k8s.Provider("kubernetes", {
    context,
    // Otherwise the SDK writes the path in KUBECONFIG to the state, and `refresh` fails on every other machine. The
    // provider loads its kubeconfig as kubectl does.
    kubeconfig: "",
    // Otherwise PULUMI_K8S_DELETE_UNREACHABLE, which the provider's errors propose, empties the state of a healthy cluster.
    deleteUnreachable: false,
    // Without these, a changed Secret or ConfigMap is replaced, together with every workload that refers to it.
    enableSecretMutable: true,
    enableConfigMapMutable: true,
    // The configuration overrides manual changes of the fields that it sets; other fields are kept. Otherwise the API server
    // refuses, half way through `up`. While adopting, only PULUMI_K8S_ENABLE_PATCH_FORCE takes fields of another owner.
    ...(adopts ? {} : { enablePatchForce: true }),
    // Without this, an object from an interrupted run makes every later run fail.
    upsertExistingObjects: true,
  });
  return { provider, transformations: [withFixedFieldManager] };
}
