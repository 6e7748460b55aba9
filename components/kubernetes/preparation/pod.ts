import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { preparationFiles, preparationScript } from "../../chatwoot/preparation.ts";
import type { MountedVolume } from "../mounted-volume.ts";
import { chatwootSecurity } from "../pod-security.ts";

export interface PreparationPodArgs {
  image: string;
  /** Chatwoot's environment. */
  sources: types.input.core.v1.EnvFromSource[];
  /** The ConfigMap with the scripts and, under these keys, the bootstrap's settings. */
  script: pulumi.Input<string>;
  settings: readonly string[];
  /** The Secret with the bootstrap's other inputs. */
  secrets: pulumi.Input<string>;
  /** Limit of one statement of a migration. Default: that of the preparation step. */
  migrationStatementTimeoutSeconds?: number | undefined;
  volumes: readonly MountedVolume[];
  runAsNonRoot: boolean;
  pods: PodsConfig;
}

export function preparationPod(args: PreparationPodArgs): types.input.core.v1.PodSpec {
  const { script, volumes } = args;
  const security = chatwootSecurity(args.runAsNonRoot);
  const inits = security.initContainers(args.image);
  const settings = args.settings.map((key) => ({ name: key, valueFrom: { configMapKeyRef: { name: script, key } } }));
  const files = preparationFiles.map(({ name, path }) => ({ name, path }));
  return {
    automountServiceAccountToken: false,
    restartPolicy: "Never",
    securityContext: security.pod,
    ...(inits.length === 0 ? {} : { initContainers: inits }),
    containers: [
      {
        name: "prepare",
        image: args.image,
        command: ["sh", "-c", preparationScript(args.migrationStatementTimeoutSeconds)],
        envFrom: [...args.sources, { secretRef: { name: args.secrets } }],
        env: [...settings, ...security.env],
        resources: podResources(args.pods, "preparation"),
        securityContext: security.container,
        volumeMounts: [
          ...files.map(({ name, path }) => ({ name: "script", mountPath: path, subPath: name, readOnly: true })),
          { name: "cache", mountPath: "/app/tmp" },
          ...volumes.map(({ mount }) => mount),
        ],
      },
    ],
    volumes: [
      { name: "script", configMap: { name: script, items: files.map(({ name }) => ({ key: name, path: name })) } },
      { name: "cache", emptyDir: {} },
      ...volumes.map(({ volume }) => volume),
    ],
  };
}
