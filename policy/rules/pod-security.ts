import { containersOfPod, isDatabase, isKind, podsOf, specOf } from "../kubernetes.ts";
import { isObject, listOf, type Props, type Resource, type Value } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** The roles whose image runs as root by default, without `kubernetes.runAsNonRoot`. */
const rootRoles = ["web", "worker", "preparation"];

export const podSecurity: Rule<{ volumes: string[] }> = {
  name: "pod-security",
  requirement:
    "Every pod complies with the Pod Security level `restricted`, on a read-only root, except that web, worker and preparation may run as root, without capabilities, where the namespace does not enforce `restricted`.",
  reason: "An attacker in such a pod controls the node and every Secret of its pods.",
  fix: "Use the settings of components/kubernetes/pod-security.ts, and only volumes of the listed types.",
  level: "mandatory",
  settings: {
    volumes: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Reviewed types of volumes, such as `csi`",
    },
  },
  ofStack(resources, { settings }) {
    const isRestricted = resources.some(
      (resource) =>
        isKind(resource, "Namespace") &&
        resource.props["metadata"]?.["labels"]?.["pod-security.kubernetes.io/enforce"] === "restricted",
    );
    return resources.flatMap((resource) =>
      [
        ...podsOf(resource).flatMap(({ spec, labels }) => {
          const mayBeRoot = !isRestricted && rootRoles.includes(labels["app.kubernetes.io/component"] as string);
          return problemsOfPod(spec, mayBeRoot, settings.volumes);
        }),
        ...ofDatabase(resource),
      ].map((message) => ({ resource, message })),
    );
  },
};

const volumeTypes = ["configMap", "downwardAPI", "emptyDir", "persistentVolumeClaim", "projected", "secret"];
/** Fields that share something of the node, or of the other containers. */
const refused = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"];
const contextFields = [
  "fsGroup",
  "fsGroupChangePolicy",
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "seccompProfile",
  "supplementalGroups",
];
const containerFields = [
  ...["allowPrivilegeEscalation", "capabilities", "privileged", "readOnlyRootFilesystem"],
  ...["runAsGroup", "runAsNonRoot", "runAsUser", "seccompProfile"],
];

function problemsOfPod(pod: Props, mayBeRoot: boolean, reviewed: readonly string[]): string[] {
  const context: Props = isObject(pod["securityContext"]) ? pod["securityContext"] : {};
  const volumes = listOf(pod["volumes"]).flatMap((volume) =>
    Object.keys(volume)
      .filter((type) => type !== "name" && !volumeTypes.includes(type) && !reviewed.includes(type))
      .map((type) => `volume ${String(volume["name"])} is of type ${type}. Use a claim or an emptyDir.`),
  );
  return [
    ...refused.filter((key) => isSet(pod[key])).map((key) => `the pod has ${key}. Remove it.`),
    ...volumes,
    ...others(context, contextFields).map((key) => `the pod's securityContext has ${key}. Remove it.`),
    ...containersOfPod(pod).flatMap((container) =>
      rightsOf(container, context, mayBeRoot).map((right) => `container ${container.name} ${right}.`),
    ),
  ];
}

function rightsOf({ securityContext, ports, volumeDevices }: Props, pod: Props, mayBeRoot: boolean): string[] {
  const own: Props = isObject(securityContext) ? securityContext : {};
  const { privileged, allowPrivilegeEscalation, capabilities } = own;
  const added: unknown[] = Array.isArray(capabilities?.add) ? capabilities.add : [];
  const dropped: unknown[] = Array.isArray(capabilities?.drop) ? capabilities.drop : [];
  const effective = (key: string): Value => own[key] ?? (pod[key] as unknown);
  const seccomp: unknown = effective("seccompProfile")?.type;
  return [
    ...(isSet(privileged) ? ["is privileged. Remove privileged"] : []),
    ...(allowPrivilegeEscalation === false ? [] : ["can escalate privileges. Set allowPrivilegeEscalation: false"]),
    ...(dropped.includes("ALL") ? [] : ["keeps default capabilities. Drop ALL"]),
    // Allowed by the Pod Security level `restricted`.
    ...added
      .filter((name) => name !== "NET_BIND_SERVICE")
      .map((name) => `has the capability ${String(name)}. Remove it`),
    ...(seccomp === "RuntimeDefault" || seccomp === "Localhost" ? [] : ["has no seccomp profile. Set RuntimeDefault"]),
    ...(mayBeRoot || own["readOnlyRootFilesystem"] === true
      ? []
      : ["can change its image. Set readOnlyRootFilesystem: true"]),
    ...rootProblems(effective("runAsNonRoot"), effective("runAsUser"), mayBeRoot),
    ...others(own, containerFields).map((key) => `has ${key} in its securityContext. Remove it`),
    ...(volumeDevices === undefined ? [] : ["has volumeDevices. Use volumeMounts"]),
    ...listOf(ports)
      .filter(({ hostPort, hostIP }) => isSet(hostPort) || isSet(hostIP))
      .map(({ hostPort }) => `uses port ${String(hostPort)} of the node. Remove hostPort`),
  ];
}

function rootProblems(nonRoot: unknown, user: unknown, mayBeRoot: boolean): string[] {
  if (user === 0 && !mayBeRoot) return ["runs as user 0. Set another runAsUser"];
  return nonRoot === true || (mayBeRoot && nonRoot === undefined) ? [] : ["may run as root. Set runAsNonRoot: true"];
}

/** The operator's pods comply by themselves; these fields would change them. */
function ofDatabase(resource: Resource): string[] {
  if (!isDatabase(resource)) return [];
  return ["seccompProfile", "podSecurityContext", "securityContext", "postgresUID", "postgresGID"]
    .filter((key) => specOf(resource)[key] !== undefined)
    .map((key) => `the database has ${key}. Remove it.`);
}

const isSet = (value: unknown): boolean => value !== undefined && value !== false && value !== 0 && value !== "";

function others(context: Props, allowed: readonly string[]): string[] {
  return Object.keys(context).filter((key) => !allowed.includes(key));
}
