import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../../lib/fingerprint.ts";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { checksumAnnotations } from "../annotations.ts";
import { mountedAuthority } from "../authority.ts";
import { fingerprint } from "../environment.ts";
import type { RedisServer } from "../redis/server.ts";
import { podLabels, selectorLabels } from "../names.ts";
import { placed, placementOf } from "../pod-template.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";
import { exporterName } from "./monitors.ts";

export interface RedisExporterArgs {
  namespace: pulumi.Input<string>;
  redis: Pick<RedisServer, "address" | "openUrl" | "password" | "passwordSecret" | "verify" | "authority">;
  /** Keys the fingerprint of the password. */
  secretKeyBase: pulumi.Output<string>;
  pods: PodsConfig;
  image: string;
}

const port = 9121;
const scriptFolder = "/etc/redis-exporter";
const scriptName = "queues.lua";
export const queueScript = readFileSync(new URL(scriptName, import.meta.url), "utf8");

/** Not `/scrape`, which would make the exporter connect to any address that a client names. */
export const exporterFlags: readonly string[] = [
  `--web.listen-address=:${port}`,
  `--script=${scriptFolder}/${scriptName}`,
  "--lua-script-read-only",
  "--disable-scrape-endpoint",
  "--redis-only-metrics",
  "--exclude-latency-histogram-metrics",
];

/** redis_exporter, which also runs queues.lua in Redis, because Chatwoot exports no metrics. */
export class RedisExporter extends pulumi.ComponentResource {
  constructor(name: string, args: RedisExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:RedisExporter", name, {}, opts);
    const metadata = { name: exporterName, namespace: args.namespace };
    const script = new k8s.core.v1.ConfigMap(
      `${name}-script`,
      { metadata, data: { [scriptName]: queueScript } },
      { parent: this },
    );
    const annotations = {
      [checksumAnnotations.settings]: shortHash({ queueScript }),
      [checksumAnnotations.secrets]: fingerprint(args.secretKeyBase, { password: args.redis.password }),
    };
    new k8s.apps.v1.Deployment(
      `${name}-server`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: selectorLabels(exporterName) },
          template: placed(
            {
              metadata: { labels: podLabels(exporterName, "redis-exporter"), annotations },
              spec: podSpec(args, script.metadata.name),
            },
            placementOf(args.pods, "redisExporter"),
          ),
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

function podSpec(args: RedisExporterArgs, script: pulumi.Input<string>): k8s.types.input.core.v1.PodSpec {
  const { address, openUrl, passwordSecret, verify, authority } = args.redis;
  const mounted = authority && mountedAuthority("redis", authority);
  const health = { httpGet: { path: "/health", port }, periodSeconds: 15 };
  return {
    automountServiceAccountToken: false,
    securityContext: restrictedPod(59000, 59000),
    containers: [
      {
        name: "redis-exporter",
        image: args.image,
        args: [...exporterFlags],
        env: [
          { name: "REDIS_ADDR", value: openUrl },
          { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: passwordSecret } },
          ...(address.username === undefined ? [] : [{ name: "REDIS_USER", value: address.username }]),
          ...(mounted ? [{ name: "REDIS_EXPORTER_TLS_CA_CERT_FILE", value: mounted.path }] : []),
          ...(verify === "none" ? [{ name: "REDIS_EXPORTER_SKIP_TLS_VERIFICATION", value: "true" }] : []),
        ],
        ports: [{ name: "metrics", containerPort: port }],
        resources: podResources(args.pods, "redisExporter"),
        readinessProbe: health,
        livenessProbe: health,
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: "script", mountPath: scriptFolder, readOnly: true },
          ...(mounted ? [mounted.mount] : []),
        ],
      },
    ],
    volumes: [{ name: "script", configMap: { name: script } }, ...(mounted ? [mounted.volume] : [])],
  };
}
