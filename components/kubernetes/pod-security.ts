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

/** The security settings of pods with Chatwoot's image, and what they need. */
export interface ChatwootSecurity {
  pod: PodSecurityContext;
  container: SecurityContext;
  env: { name: string; value: string }[];
  /** Runs before the container, with its image. */
  initContainers: (image: string, pullPolicy?: string) => types.input.core.v1.Container[];
}

const chatwootUser = 1000;
/** The chart's volume at /app/tmp, the only folder that Chatwoot writes to without a claim. */
const cache = { name: "cache", mountPath: "/app/tmp" };
const privateFolder = `${cache.mountPath}/private`;

/**
 * The image expects root, which is the default here: without capabilities and privilege escalation. As a non-root user
 * it complies with `restricted`, on a read-only root.
 *
 * Kubernetes makes an emptyDir writable for every user and without the sticky bit, which Ruby refuses as a folder for
 * temporary files: every upload would fail. So they get a private folder inside the emptyDir.
 */
export function chatwootSecurity(runAsNonRoot: boolean): ChatwootSecurity {
  if (!runAsNonRoot)
    return {
      pod: { seccompProfile: { type: "RuntimeDefault" } },
      container: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      env: [],
      initContainers: () => [],
    };
  return {
    pod: restrictedPod(chatwootUser, chatwootUser),
    container: restrictedContainer,
    env: [
      { name: "TMPDIR", value: privateFolder },
      { name: "HOME", value: privateFolder },
      // Without it, Bundler reports that it cannot write Gemfile.lock, at each start.
      { name: "BUNDLE_FROZEN", value: "true" },
    ],
    initContainers: (image, imagePullPolicy) => [
      {
        name: "private-folder",
        image,
        ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
        command: ["mkdir", "-p", "-m", "700", privateFolder],
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
        securityContext: restrictedContainer,
        volumeMounts: [cache],
      },
    ],
  };
}
