import type { Environment, FleetList, InSecret } from "./list.ts";
import type { KubernetesObject, ResourceRef, Stack, WorkspaceSpec } from "./operator.ts";

/** Time for a running deployment to finish when its pod is deleted. */
const graceSeconds = 3600;
const kubeconfigFolder = "/etc/kubeconfig";

/** The objects of the cluster that runs the fleet, in order, without secret values. */
export function fleetManifests(list: FleetList): KubernetesObject[] {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: list.namespace, labels } },
    ...list.environments.flatMap((environment) => [
      account(list, environment),
      tokenReview(list, environment),
      stackOf(list, environment),
    ]),
  ];
}

const accountName = ({ name }: Environment): string => `fleet-${name}`;
const labelsOf = ({ name }: Environment) => ({
  "app.kubernetes.io/part-of": "chatwoot-fleet",
  "fleet/environment": name,
});

/** A dedicated account per environment; the operator only reviews its token. */
function account({ namespace }: FleetList, environment: Environment): KubernetesObject {
  const metadata = { name: accountName(environment), namespace, labels: labelsOf(environment) };
  return { apiVersion: "v1", kind: "ServiceAccount", metadata };
}

function tokenReview({ namespace }: FleetList, environment: Environment): KubernetesObject & Record<string, unknown> {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: `${namespace}:${accountName(environment)}:auth-delegator`, labels: labelsOf(environment) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
    subjects: [{ kind: "ServiceAccount", name: accountName(environment), namespace }],
  };
}

function stackOf(list: FleetList, environment: Environment): Stack {
  const { source, backend, pollMinutes } = list;
  const { name, stack, config, secrets, after, previewOnly, revision } = environment;
  return {
    apiVersion: "pulumi.com/v1",
    kind: "Stack",
    metadata: { name, namespace: list.namespace, labels: labelsOf(environment) },
    spec: {
      serviceAccountName: accountName(environment),
      stack,
      projectRepo: source.repository,
      ...(revision !== undefined && /^[0-9a-f]{40}$/.test(revision)
        ? { commit: revision }
        : { branch: revision ?? source.branch }),
      shallow: true,
      ...(source.token && { gitAuth: { accessToken: reference(source.token) } }),
      ...(backend !== undefined && { backend }),
      envRefs: references({ ...list.env, ...environment.env }),
      ...(Object.keys(config).length > 0 && { config }),
      ...(Object.keys(secrets).length > 0 && { secretsRef: references(secrets) }),
      destroyOnFinalize: false,
      useLocalStackOnly: true,
      ...(previewOnly && { preview: true as const }),
      resyncFrequencySeconds: pollMinutes * 60,
      retryOnUpdateConflict: true,
      ...(after.length > 0 && { prerequisites: after.map((other) => ({ name: other })) }),
      // Otherwise the pods of all environments would keep running.
      workspaceReclaimPolicy: "Delete",
      workspaceTemplate: { spec: workspace(list, environment) },
    },
  };
}

function workspace({ image, resources }: FleetList, { kubeconfigSecret }: Environment): WorkspaceSpec {
  const memory = `${resources.memoryMb}Mi`;
  const pod = { terminationGracePeriodSeconds: graceSeconds };
  const base = {
    image,
    securityProfile: "restricted" as const,
    resources: { requests: { memory }, limits: { memory } },
  };
  const container = { name: "pulumi" as const };
  // A pod template is invalid without containers.
  if (kubeconfigSecret === undefined) return { ...base, podTemplate: { spec: { ...pod, containers: [container] } } };
  const mount = { name: "kubeconfig", mountPath: kubeconfigFolder, readOnly: true as const };
  return {
    ...base,
    env: [{ name: "KUBECONFIG", value: `${kubeconfigFolder}/config` }],
    podTemplate: {
      spec: {
        ...pod,
        containers: [{ ...container, volumeMounts: [mount] }],
        volumes: [{ name: mount.name, secret: { secretName: kubeconfigSecret } }],
      },
    },
  };
}

function references(values: Readonly<Record<string, InSecret>>): Record<string, ResourceRef> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, reference(value)]));
}

function reference({ secret, key }: InSecret): ResourceRef {
  return { type: "Secret", secret: { name: secret, key } };
}
