import type { types } from "@pulumi/kubernetes";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { stopWorkersSeconds } from "../../chatwoot/stop-workers.ts";
import { objectNames } from "../names.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";
import { redisFolders, redisPort, redisPreStop, redisProbes } from "./settings.ts";

/** The ids of the image's `redis` user and group. */
const [user, group] = [999, 1000];

/** The whole pod, known during a preview. */
export function redisPod(image: string, memoryMb: number, pods: PodsConfig): types.input.core.v1.PodSpec {
  const name = objectNames.redis;
  return {
    automountServiceAccountToken: false,
    // Long enough for the workers to stop, and then to write all data to disk.
    terminationGracePeriodSeconds: stopWorkersSeconds + 60,
    securityContext: restrictedPod(user, group),
    containers: [
      {
        name: "redis",
        image,
        command: ["redis-server", `${redisFolders.settings}/redis.conf`],
        ports: [{ name: "redis", containerPort: redisPort }],
        resources: podResources(pods, "redis", memoryMb),
        readinessProbe: { exec: { command: [...redisProbes.ready] }, timeoutSeconds: 5, periodSeconds: 5 },
        livenessProbe: {
          exec: { command: [...redisProbes.live] },
          timeoutSeconds: 5,
          periodSeconds: 15,
          failureThreshold: 5,
        },
        lifecycle: { preStop: { exec: { command: [...redisPreStop] } } },
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: "data", mountPath: redisFolders.data },
          { name: "settings", mountPath: redisFolders.settings, readOnly: true },
          // A mounted path inside the volume keeps its content, so a running pod keeps the password that its Redis has.
          ...["password", "auth.conf"].map((file) => ({
            name: "auth",
            mountPath: `${redisFolders.auth}/${file}`,
            subPath: file,
            readOnly: true,
          })),
        ],
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: name } },
      { name: "settings", configMap: { name } },
      { name: "auth", secret: { secretName: name } },
    ],
  };
}
