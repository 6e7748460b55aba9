import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ExternalRedisConfig } from "../../../config/schema/kubernetes/redis.ts";
import { shortHash } from "../../../lib/fingerprint.ts";
import { formatRedisUrl, openRedisUrl, type RedisUrl } from "../../../lib/redis-url.ts";
import { authoritySource, mountedAuthority, type AuthoritySource } from "../authority.ts";
import type { MountedVolume } from "../mounted-volume.ts";
import { objectNames } from "../names.ts";
import type { RedisServer } from "./server.ts";

export interface ExternalRedisArgs {
  namespace: pulumi.Input<string>;
  redis: ExternalRedisConfig;
  /** The parts of redisUrl. */
  address: RedisUrl<pulumi.Output<string>>;
}

const initializer = "redis-authority.rb";
/** Before every initializer that connects to Redis: Rails loads them by name. */
const initializerPath = "/app/config/initializers/00_redis_authority.rb";
const initializerText = readFileSync(new URL(`../../chatwoot/${initializer}`, import.meta.url), "utf8");

/** The authority in Chatwoot's pods. */
export const redisAuthorityFile = "/etc/chatwoot/redis/ca.crt";

/** A Redis that the stack does not run: the Secret with its login, and the authority of its certificate. */
export class ExternalRedis extends pulumi.ComponentResource implements RedisServer {
  readonly address: RedisServer["address"];
  readonly openUrl: string;
  readonly url: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
  readonly passwordSecret = { name: objectNames.redisLogin, key: "password" };
  readonly verify: "peer" | "none";
  readonly authority: AuthoritySource | undefined;
  readonly volumes: readonly MountedVolume[];
  readonly fingerprint: string;

  constructor(name: string, args: ExternalRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:ExternalRedis", name, {}, opts);
    const { namespace, redis, address } = args;
    const { password, ...open } = address;
    this.address = open;
    this.openUrl = openRedisUrl(open);
    this.password = password ?? pulumi.secret("");
    this.url = this.password.apply((text) => formatRedisUrl(text === "" ? open : { ...open, password: text }));
    this.verify = redis.verify;
    this.fingerprint = shortHash({ address: this.openUrl });
    const { username = "" } = open;
    new k8s.core.v1.Secret(
      `${name}-login`,
      {
        metadata: { name: objectNames.redisLogin, namespace },
        stringData: { password: this.password, ...(username === "" ? {} : { username }) },
      },
      { parent: this },
    );
    const { authority } = redis;
    this.authority =
      authority &&
      authoritySource(
        `${name}-authority`,
        { namespace, objectName: objectNames.redisAuthority, authority },
        { parent: this },
      );
    this.volumes =
      this.authority === undefined
        ? []
        : [mountedAuthority("redis", this.authority), this.#createInitializer(name, namespace)];
    this.registerOutputs();
  }

  #createInitializer(name: string, namespace: pulumi.Input<string>): MountedVolume {
    const data = { [initializer]: initializerText };
    const metadata = { name: `${objectNames.redisAuthority}-rails-${shortHash(data)}`, namespace };
    const files = new k8s.core.v1.ConfigMap(
      `${name}-initializer`,
      { metadata, data, immutable: true },
      { parent: this },
    );
    return {
      volume: { name: "redis-initializer", configMap: { name: files.metadata.name } },
      mount: { name: "redis-initializer", mountPath: initializerPath, subPath: initializer, readOnly: true },
    };
  }
}
