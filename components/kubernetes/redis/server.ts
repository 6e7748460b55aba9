import type * as pulumi from "@pulumi/pulumi";
import type { RedisUrl } from "../../../lib/redis-url.ts";
import type { AuthoritySource } from "../authority.ts";
import type { MountedVolume } from "../mounted-volume.ts";

/** Redis as its clients use it, whoever runs it: Chatwoot's pods, KEDA and the exporter of metrics. */
export interface RedisServer extends pulumi.Resource {
  /** Without the password. */
  address: Omit<RedisUrl<never>, "password">;
  /** Address without user name and password. */
  openUrl: string;
  /** Address with the password. */
  url: pulumi.Output<string>;
  /** Empty if the server asks for none. */
  password: pulumi.Output<string>;
  /** The Secret with the password. Its name is known in every preview. */
  passwordSecret: { name: pulumi.Input<string>; key: string };
  /** Whether the server's certificate is verified, with which authority. */
  verify: "peer" | "none";
  authority: AuthoritySource | undefined;
  /** What Chatwoot's pods mount to connect. */
  volumes: readonly MountedVolume[];
  /** Changes when the stack restarts the server. */
  fingerprint: string;
}
