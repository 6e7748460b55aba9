/*
 * The custom resources of the Pulumi Kubernetes Operator 2.9, as far as we write them. They are spelt out because the API
 * server drops a field that it does not know without a word.
 * https://github.com/pulumi/pulumi-kubernetes-operator/blob/v2.9.0/docs/stacks.md
 */

/** Where a value is read from; of the operator's kinds the only one that we use. */
export interface ResourceRef {
  type: "Secret";
  secret: { name: string; key: string };
}

interface Named {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: Named;
}

export interface StackSpec {
  serviceAccountName: string;
  stack: string;
  projectRepo: string;
  branch?: string;
  commit?: string;
  shallow: true;
  gitAuth?: { accessToken: ResourceRef };
  backend?: string;
  envRefs: Record<string, ResourceRef>;
  config?: Record<string, unknown>;
  secretsRef?: Record<string, ResourceRef>;
  /** False without exception: an object that is deleted must not take an environment with it. */
  destroyOnFinalize: false;
  /** A stack that is not there yet is an error, not a new and empty one with the same names. */
  useLocalStackOnly: true;
  preview?: true;
  resyncFrequencySeconds: number;
  retryOnUpdateConflict: true;
  prerequisites?: { name: string }[];
  workspaceReclaimPolicy: "Delete";
  workspaceTemplate: { spec: WorkspaceSpec };
}

export interface WorkspaceSpec {
  image: string;
  securityProfile: "restricted";
  resources: { requests: { memory: string }; limits: { memory: string } };
  env?: { name: string; value: string }[];
  podTemplate: {
    spec: {
      terminationGracePeriodSeconds: number;
      containers: { name: "pulumi"; volumeMounts?: { name: string; mountPath: string; readOnly: true }[] }[];
      volumes?: { name: string; secret: { secretName: string } }[];
    };
  };
}

export interface Stack extends KubernetesObject {
  apiVersion: "pulumi.com/v1";
  kind: "Stack";
  spec: StackSpec;
}
