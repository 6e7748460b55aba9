import { containersOf, podOf } from "../kubernetes.ts";
import { listOf, type Props } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const podSecurity: Rule = {
  name: "pod-security",
  wants: "No pod is privileged, shares the node's network, processes or files, or can gain rights.",
  reason: "Whoever breaks into such a pod has the node, and with it every Secret that the node's pods read.",
  fix: "Leave `privileged`, `hostNetwork`, `hostPID`, `hostIPC`, `hostPath` and `hostPort` out, set `allowPrivilegeEscalation: false` and drop all capabilities (components/kubernetes/pod-security.ts).",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    const pod = podOf(resource)?.spec;
    if (pod === undefined) return [];
    const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => pod[key] === true);
    const volumes = listOf(pod["volumes"]).filter(({ hostPath }) => hostPath !== undefined);
    return [
      ...shared.map((key) => `the pod has ${key}. Leave it out.`),
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
    ...(privileged === true ? ["is privileged. Leave it out"] : []),
    ...(allowPrivilegeEscalation === false ? [] : ["may gain rights. Set allowPrivilegeEscalation: false"]),
    ...(dropped.includes("ALL") ? [] : ["keeps capabilities that nobody asked for. Drop ALL"]),
    // The one that the Pod Security level `restricted` lets anybody have.
    ...added
      .filter((name) => name !== "NET_BIND_SERVICE")
      .map((name) => `has the capability ${String(name)}. Leave it out`),
    ...listOf(ports)
      .filter(({ hostPort }) => hostPort !== undefined)
      .map(({ hostPort }) => `takes port ${hostPort} of the node. Leave hostPort out`),
  ];
}
