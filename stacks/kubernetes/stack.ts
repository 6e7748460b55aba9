import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GeneratedSecrets } from "../../components/chatwoot/generated-secrets.ts";
import { withFixedFieldManager } from "../../components/kubernetes/transform.ts";
import type { KubernetesStackConfig } from "../load.ts";

/** The cluster's provider, and what every object gets. */
export interface ClusterOptions {
  provider: k8s.Provider;
  transformations: pulumi.ResourceTransformation[];
}

/** What the parts of the stack are made from. */
export interface KubernetesStack {
  config: KubernetesStackConfig;
  secrets: GeneratedSecrets;
  namespace: pulumi.Output<string>;
  opts: ClusterOptions;
}

export function clusterOptions({ context }: { context: string }): ClusterOptions {
  const provider = new k8s.Provider("kubernetes", {
    context,
    // Without these, a changed Secret or ConfigMap is deleted and made again, and every workload that names it with it.
    enableSecretMutable: true,
    enableConfigMapMutable: true,
    // Without this, an object that an interrupted run left behind makes every later run fail.
    upsertExistingObjects: true,
  });
  return { provider, transformations: [withFixedFieldManager] };
}
