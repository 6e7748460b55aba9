import type { types } from "@pulumi/kubernetes";

type PodSecurityContext = types.input.core.v1.PodSecurityContext;
type SecurityContext = types.input.core.v1.SecurityContext;

/** The container settings of the Pod Security level `restricted`, for images that run as a non-root user. */
export const restrictedContainer: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

export function restrictedPod(user: number, group: number): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup: group,
    // Changing the group of every file on a large volume takes minutes, at each start.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** The security settings of pods with Chatwoot's image, and the volumes that they need. */
export interface ChatwootSecurity {
  pod: PodSecurityContext;
  container: SecurityContext;
  env: { name: string; value: string }[];
  volumes: { name: string; emptyDir: object }[];
  volumeMounts: { name: string; mountPath: string }[];
}

const chatwootUser = 1000;
const home = "/home/chatwoot";

/**
 * The image expects root, which is the default here: without capabilities and privilege escalation. As a non-root user
 * it complies with `restricted` and gets empty volumes for the folders that only root can write to. The image's files
 * stay writable for root, because Rails writes beside its code.
 */
export function chatwootSecurity(runAsNonRoot: boolean): ChatwootSecurity {
  const container: SecurityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  // The chart already mounts a volume at /app/tmp.
  const folders = runAsNonRoot ? { log: "/app/log", "system-tmp": "/tmp", home } : {};
  return {
    pod: runAsNonRoot ? restrictedPod(chatwootUser, chatwootUser) : { seccompProfile: { type: "RuntimeDefault" } },
    container,
    env: runAsNonRoot ? [{ name: "HOME", value: home }] : [],
    volumes: Object.keys(folders).map((name) => ({ name, emptyDir: {} })),
    volumeMounts: Object.entries(folders).map(([name, mountPath]) => ({ name, mountPath })),
  };
}
