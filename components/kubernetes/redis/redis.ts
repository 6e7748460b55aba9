import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { secretsFingerprint, shortHash } from "../../../lib/fingerprint.ts";
import { password } from "../../chatwoot/generated-secrets.ts";
import { checksumAnnotations, skipAwait } from "../annotations.ts";
import { objectNames, podLabels, selectorLabels } from "../names.ts";
import { placed, placementOf } from "../pod-template.ts";
import { redisPod } from "./pod.ts";
import type { RedisServer } from "./server.ts";
import { redisPort, renderRedisConf } from "./settings.ts";

export interface RedisArgs {
  namespace: pulumi.Input<string>;
  host: string;
  image: string;
  /** Must not change for an existing claim. */
  storageClass: string;
  /** Size of the volume in GiB. */
  sizeGi: number;
  /** Memory of the pod in MiB. A change stops the workers, then restarts Redis. */
  memoryMb: number;
  pods: PodsConfig;
  /** Keys the fingerprint of the password. */
  secretKeyBase: pulumi.Output<string>;
  /** Increase it to rotate the password. Default: none, the initial password. */
  rotation?: number | undefined;
}

/** One Redis with its log on a volume. Only one, because Chatwoot's websockets do not survive a Sentinel failover. */
export class Redis extends pulumi.ComponentResource implements RedisServer {
  readonly address: RedisServer["address"];
  /** Address without the password, in the form that Chatwoot parses. */
  readonly openUrl: string;
  readonly password: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly verify = "peer";
  readonly authority = undefined;
  readonly volumes = [];
  readonly passwordSecret: { name: pulumi.Output<string>; key: string };
  readonly ready: pulumi.Resource;
  /** Changes when the pod is replaced, except for a new password, which clients receive as their own secret. */
  readonly fingerprint: string;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Redis", name, {}, opts);
    this.address = { tls: false, host: args.host, port: redisPort, database: 0 };
    this.password = password(`${name}-password`, 32, { parent: this }, args.rotation);
    this.url = this.password.apply((secret) => `redis://:${secret}@${args.host}:${redisPort}`);
    this.openUrl = `redis://${args.host}:${redisPort}`;

    const conf = renderRedisConf(args.memoryMb);
    const placement = placementOf(args.pods, "redis");
    const pod = redisPod(args.image, args.memoryMb, args.pods);
    const isPlaced = Object.keys(placement).length > 0;
    this.fingerprint = shortHash({
      conf,
      pod: JSON.stringify(pod),
      ...(isPlaced && { placement: JSON.stringify(placement) }),
    });
    const settings = this.#createSettings(name, args, conf);
    const secret = this.#createSecret(name, args);
    this.passwordSecret = { name: secret.metadata.name, key: "password" };
    const service = this.#createService(name, args);
    const claim = this.#createClaim(name, args);
    this.ready = this.#createServer(name, args, pod, service, [settings, secret, claim]);
    this.registerOutputs();
  }

  #createSettings(name: string, { namespace }: RedisArgs, conf: string) {
    return new k8s.core.v1.ConfigMap(
      `${name}-settings`,
      { metadata: { name: objectNames.redis, namespace }, data: { "redis.conf": conf } },
      { parent: this },
    );
  }

  /** The server reads the whole line from a file, so the password is on no command line. */
  #createSecret(name: string, { namespace }: RedisArgs) {
    const stringData = { password: this.password, "auth.conf": pulumi.interpolate`requirepass ${this.password}` };
    return new k8s.core.v1.Secret(
      `${name}-auth`,
      { metadata: { name: objectNames.redis, namespace }, stringData },
      { parent: this },
    );
  }

  #createService(name: string, { namespace }: RedisArgs) {
    return new k8s.core.v1.Service(
      `${name}-service`,
      {
        // Its endpoints are the StatefulSet's pods, and the StatefulSet waits for it.
        metadata: { name: objectNames.redis, namespace, annotations: skipAwait },
        spec: {
          clusterIP: "None",
          selector: selectorLabels(objectNames.redis),
          ports: [{ name: "redis", port: redisPort }],
        },
      },
      { parent: this },
    );
  }

  /**
   * A separate claim, not a template of the StatefulSet, so that it can grow and be protected. It contains unfinished
   * jobs, so it is kept even when its resource is deleted.
   */
  #createClaim(name: string, { namespace, storageClass, sizeGi }: RedisArgs) {
    return new k8s.core.v1.PersistentVolumeClaim(
      `${name}-claim`,
      {
        metadata: { name: objectNames.redis, namespace },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: storageClass,
          resources: { requests: { storage: `${sizeGi}Gi` } },
        },
      },
      { parent: this, protect: true, retainOnDelete: true },
    );
  }

  #createServer(
    name: string,
    { namespace, secretKeyBase, pods }: RedisArgs,
    pod: k8s.types.input.core.v1.PodSpec,
    service: k8s.core.v1.Service,
    dependsOn: pulumi.Resource[],
  ) {
    const passwordChecksum = pulumi.unsecret(
      pulumi.all([secretKeyBase, this.password]).apply(([key, secret]) => secretsFingerprint(key, { secret })),
    );
    return new k8s.apps.v1.StatefulSet(
      `${name}-server`,
      {
        metadata: { name: objectNames.redis, namespace },
        spec: {
          serviceName: service.metadata.name,
          replicas: 1,
          selector: { matchLabels: selectorLabels(objectNames.redis) },
          template: placed(
            {
              metadata: {
                labels: podLabels(objectNames.redis, "redis"),
                annotations: {
                  [checksumAnnotations.settings]: this.fingerprint,
                  [checksumAnnotations.secrets]: passwordChecksum,
                },
              },
              spec: pod,
            },
            placementOf(pods, "redis"),
          ),
        },
      },
      { parent: this, protect: true, dependsOn },
    );
  }
}
