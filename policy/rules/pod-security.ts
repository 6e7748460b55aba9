import { containersOf, podOf } from "../kubernetes.ts";
import { listOf, type Props } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const podSecurity: Rule = {
  name: "pod-security",
  requirement: "No pod is privileged, shares the node's network, processes or files, or can escalate privileges.",
  reason: "An attacker in such a pod controls the node and every Secret of its pods.",
  fix: "Remove `privileged`, `hostNetwork`, `hostPID`, `hostIPC`, `hostPath` and `hostPort`, set `allowPrivilegeEscalation: false` and drop all capabilities (components/kubernetes/pod-security.ts).",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    const pod = podOf(resource)?.spec;
    if (pod === undefined) return [];
    const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => pod[key] === true);
    const volumes = listOf(pod["volumes"]).filter(({ hostPath }) => hostPath !== undefined);
    return [
      ...shared.map((key) => `the pod has ${key}. Remove it.`),
      ...volumes.map(({ name }) => `volume ${name} is a folder of the node (hostPath). Use a claim or an emptyDir.`),
      ...containersOf(resource).flatMap((container) =>
        rightsOf(container).map((right) => `container ${container.name} ${right}.`),
      ),
    ];
  },
};

function rightsOf({ securityContext, ports }: Props): string[] {
  const { privileged, allowPrivilegeEscalation, capabilities } = (securityContext ?? {}) as Props;
  const added: unknown[] = Array.isArray(capabilities?.add) ? capabilities.add : [];
  const dropped: unknown[] = Array.isArray(capabilities?.drop) ? capabilities.drop : [];
  return [
    ...(privileged === true ? ["is privileged. Remove privileged"] : []),
    ...(allowPrivilegeEscalation === false ? [] : ["can escalate privileges. Set allowPrivilegeEscalation: false"]),
    ...(dropped.includes("ALL") ? [] : ["keeps default capabilities. Drop ALL"]),
    // Allowed by the Pod Security level `restricted`.
    ...added
      .filter((name) => name !== "NET_BIND_SERVICE")
      .map((name) => `has the capability ${String(name)}. Remove it`),
    ...listOf(ports)
      .filter(({ hostPort }) => hostPort !== undefined)
      .map(({ hostPort }) => `uses port ${hostPort} of the node. Remove hostPort`),
  ];
}
