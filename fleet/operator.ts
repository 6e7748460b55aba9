/*
 * The custom resources of the Pulumi Kubernetes Operator 2.9. They are typed because the API server silently drops unknown
 * fields. https://github.com/pulumi/pulumi-kubernetes-operator/blob/v2.9.0/docs/stacks.md
 */

/** The source of a value; only the kind Secret is used. */
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
  /** Always false: deleting the object must not destroy the environment. */
  destroyOnFinalize: false;
  /** A missing stack is an error; creating it would start with an empty state. */
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
