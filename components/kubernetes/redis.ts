import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../chatwoot/fingerprint.ts";
import { password } from "../chatwoot/generated-secrets.ts";
import { versions } from "../versions.ts";
import { checksumAnnotations, skipAwait } from "./annotations.ts";
import { objectNames, podLabels, selectorLabels } from "./names.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";

export interface RedisArgs {
  namespace: pulumi.Input<string>;
  host: string;
  /** Never changes under a living claim. */
  storageClass: string;
  /** Size of the volume in GiB. */
  sizeGi: number;
}

const port = 6379;
const authFile = "/run/redis-auth/auth.conf";

/** Sidekiq loses jobs under any other policy than noeviction, and all of them without a log on disk. */
const redisConf = `appendonly yes
appendfsync everysec
save 900 1
maxmemory 384mb
maxmemory-policy noeviction
tcp-keepalive 60
dir /data
include ${authFile}
`;

/** One Redis with its log on a volume. Not several: Chatwoot's websockets do not survive a Sentinel failover. */
export class Redis extends pulumi.ComponentResource {
  /** Address without the password, which Chatwoot takes apart. */
  readonly openUrl: string;
  readonly password: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly passwordSecret: { name: pulumi.Output<string>; key: string };
  readonly ready: pulumi.Resource;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Redis", name, {}, opts);
    const { namespace, host } = args;
    const parent = { parent: this };
    const metadata = { name: objectNames.redis, namespace };
    this.password = password(`${name}-password`, 32, parent);
    this.url = this.password.apply((secret) => `redis://:${secret}@${host}:${port}`);
    this.openUrl = `redis://${host}:${port}`;

    const secret = new k8s.core.v1.Secret(
      `${name}-auth`,
      // The server reads the whole line from a file, so that the password is in no command line.
      {
        metadata,
        stringData: { password: this.password, "auth.conf": pulumi.interpolate`requirepass ${this.password}` },
      },
      parent,
    );
    this.passwordSecret = { name: secret.metadata.name, key: "password" };
    const settings = new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata, data: { "redis.conf": redisConf } },
      parent,
    );
    const labels = selectorLabels(objectNames.redis);
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        // Its endpoints are the StatefulSet's pods, and the StatefulSet waits for it.
        metadata: { ...metadata, annotations: skipAwait },
        spec: { clusterIP: "None", selector: labels, ports: [{ name: "redis", port }] },
      },
      parent,
    );
    this.ready = new k8s.apps.v1.StatefulSet(
      `${name}-server`,
      {
        metadata,
        spec: {
          serviceName: service.metadata.name,
          replicas: 1,
          selector: { matchLabels: labels },
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
          template: {
            metadata: {
              labels: podLabels(objectNames.redis, "redis"),
              annotations: { [checksumAnnotations.settings]: shortHash({ redisConf }) },
            },
            spec: podSpec(settings.metadata.name, secret.metadata.name),
          },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: args.storageClass,
                resources: { requests: { storage: `${args.sizeGi}Gi` } },
              },
            },
          ],
        },
      },
      { ...parent, protect: true },
    );
    this.registerOutputs();
  }
}

function podSpec(settings: pulumi.Input<string>, secret: pulumi.Input<string>): k8s.types.input.core.v1.PodSpec {
  const password = { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: secret, key: "password" } } };
  const ping = { exec: { command: ["redis-cli", "ping"] }, timeoutSeconds: 5 };
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 60,
    securityContext: restrictedPod(999, 1000),
    containers: [
      {
        name: "redis",
        image: versions.redisImage,
        command: ["redis-server", "/etc/redis/redis.conf"],
        env: [password],
        ports: [{ name: "redis", containerPort: port }],
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
        readinessProbe: { ...ping, periodSeconds: 5 },
        livenessProbe: { ...ping, periodSeconds: 15, failureThreshold: 5 },
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "settings", mountPath: "/etc/redis", readOnly: true },
          { name: "auth", mountPath: "/run/redis-auth", readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "settings", configMap: { name: settings } },
      { name: "auth", secret: { secretName: secret, items: [{ key: "auth.conf", path: "auth.conf" }] } },
    ],
  };
}
