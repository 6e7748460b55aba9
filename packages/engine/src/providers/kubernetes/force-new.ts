import { parsePath, pathContains, type Path } from "../../paths.ts";
import type { Value } from "../../values.ts";
import { groupOf, isConfigMap, isSecretKind, pluck, type KubeObject } from "./objects.ts";

export interface MutableKinds {
  enableSecretMutable: boolean;
  enableConfigMapMutable: boolean;
}

const spec = (...fields: string[]) => fields.map((field) => `spec.${field}`);

const selector = spec("selector");
const statefulSet = spec(
  "podManagementPolicy",
  "revisionHistoryLimit",
  "selector",
  "serviceName",
  "volumeClaimTemplates",
);
const job = spec("completions", "parallelism", "selector", "template");
const containerFields = (
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin stdinOnce " +
  "terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir"
).split(" ");
const podFields = (
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname " +
  "imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy " +
  "runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain " +
  "terminationGracePeriodSeconds volumes"
).split(" ");
const pod = ["containers", "initContainers"]
  .flatMap((list) => containerFields.map((field) => `spec.${list}[*].${field}`))
  .concat(spec(...podFields));
const volumeSources = (
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local " +
  "nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"
).split(" ");

/** Immutable fields by group, version and kind. */
const forceNewByKind: Record<string, string[]> = {
  "apps/v1beta1/StatefulSet": statefulSet,
  "apps/v1beta2/DaemonSet": selector,
  "apps/v1beta2/Deployment": selector,
  "apps/v1beta2/StatefulSet": statefulSet,
  "apps/v1/DaemonSet": selector,
  "apps/v1/Deployment": selector,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1beta1/Job": job,
  "batch/v1/Job": job,
  "batch/v2alpha1/Job": job,
  "policy/v1beta1/PodDisruptionBudget": ["spec"],
  "rbac.authorization.k8s.io/v1alpha1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1alpha1/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "/v1/PersistentVolume": spec(...volumeSources),
  "/v1/PersistentVolumeClaim": spec("accessModes", "selector", "storageClassName", "volumeName"),
  "/v1/Pod": pod,
  "/v1/ResourceQuota": spec("scopes"),
  "/v1/Secret": ["type"],
  "/v1/Service": spec("clusterIP"),
};

/** The paths whose change requires a replacement of this object. */
export function forceNewPaths(object: KubeObject, mutable: MutableKinds): Path[] {
  const { group, version } = groupOf(String(object["apiVersion"]));
  const immutable = object["immutable"] === true;
  let paths = forceNewByKind[`${group}/${version}/${object["kind"]}`] ?? [];
  if (isSecretKind(object) && (!mutable.enableSecretMutable || immutable)) paths = ["type", "stringData", "data"];
  if (isConfigMap(object) && (!mutable.enableConfigMapMutable || immutable)) paths = ["binaryData", "data"];
  return ["metadata.name", "metadata.namespace", ...paths].map(parsePath);
}

/**
 * Whether a change at `path`, where the new object has `value`, touches one of the paths: at it, below it, or above it
 * with a value that contains it.
 */
export function touches(path: Path, value: Value, forceNew: Path[]): boolean {
  return forceNew.some((pattern) => {
    if (pathContains(pattern, path)) return true;
    if (!pathContains(path, pattern.slice(0, path.length))) return false;
    const rest = pattern.slice(path.length).filter((element) => element !== "*");
    return rest.length > 0 && pluck(value, ...rest) !== undefined;
  });
}
