import type { types } from "@pulumi/kubernetes";

type PodSecurityContext = types.input.core.v1.PodSecurityContext;
type SecurityContext = types.input.core.v1.SecurityContext;

/** What the Pod Security level `restricted` asks of a container, for images that can run as an ordinary user. */
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
    // Giving every file of a large volume another group takes minutes, at each start.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** How pods of Chatwoot's image run, and what they need for it. */
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
 * The image is made for root, and root is what it runs as by default: without capabilities, without ways to gain any. As
 * an ordinary user it meets `restricted`, and gets the folders that only root could write to as empty volumes. Its own
 * files stay writable for root: Rails writes beside its code.
 */
export function chatwootSecurity(runAsNonRoot: boolean): ChatwootSecurity {
  const container: SecurityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  // The chart has a volume at /app/tmp already.
  const folders = runAsNonRoot ? { log: "/app/log", "system-tmp": "/tmp", home } : {};
  return {
    pod: runAsNonRoot ? restrictedPod(chatwootUser, chatwootUser) : { seccompProfile: { type: "RuntimeDefault" } },
    container,
    env: runAsNonRoot ? [{ name: "HOME", value: home }] : [],
    volumes: Object.keys(folders).map((name) => ({ name, emptyDir: {} })),
    volumeMounts: Object.entries(folders).map(([name, mountPath]) => ({ name, mountPath })),
  };
}
