import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CredentialsConfig } from "../../../config/schema/kubernetes/credentials.ts";
import { password } from "../../chatwoot/generated-secrets.ts";
import { checksumAnnotations } from "../annotations.ts";
import { credentialsSecret } from "../credentials/credentials.ts";
import { fingerprint } from "../environment.ts";
import { objectNames } from "../names.ts";

type Secret = pulumi.Output<string>;

export interface ProxySecretsArgs {
  namespace: pulumi.Input<string>;
  /** The source of the client's id and secret. */
  source: CredentialsConfig;
  /** The stack's secrets; read only if they are the source. */
  client: () => { id: Secret; secret: Secret };
  secretKeyBase: Secret;
  /** Increase it to rotate the cookie key, which ends all sessions. Default: none, the initial key. */
  rotation?: number | undefined;
}

export interface ProxySecrets {
  /** Name of the Secret with `client-id` and `client-secret`. */
  client: pulumi.Output<string>;
  /** Name of the Secret with `cookie-secret`. */
  cookie: pulumi.Output<string>;
  /** Annotations that restart the pods when a value changes. */
  checksums: Record<string, pulumi.Output<string>>;
  ready: pulumi.Resource[];
}

/**
 * The proxy's secrets. If the stack creates the client's Secret, it has all three values; if the client's Secret exists
 * already, the cookie key is in a separate Secret.
 */
export function proxySecrets(name: string, args: ProxySecretsArgs, opts: pulumi.CustomResourceOptions): ProxySecrets {
  const { namespace, source, secretKeyBase } = args;
  // 32 letters and digits are read as base64 of 24 bytes, a valid AES key size. A new key ends all sessions.
  const cookie = { "cookie-secret": password(`${name}-cookie-secret`, 32, opts, args.rotation) };
  const client = credentialsSecret(
    `${name}-secret`,
    {
      namespace,
      source,
      targetName: objectNames.proxy,
      keys: ["client-id", "client-secret"],
      values: () => {
        const { id, secret } = args.client();
        return { "client-id": id, "client-secret": secret, ...cookie };
      },
      secretKeyBase,
    },
    opts,
  );
  if (source.from === "config") {
    return { client: client.name, cookie: client.name, checksums: annotations(client.checksum), ready: client.ready };
  }
  const own = new k8s.core.v1.Secret(
    `${name}-cookie`,
    { metadata: { name: objectNames.proxyCookie, namespace }, stringData: cookie },
    opts,
  );
  const checksums = [client.checksum, fingerprint(secretKeyBase, cookie)].filter((sum) => sum !== undefined);
  return {
    client: client.name,
    cookie: own.metadata.name,
    checksums: annotations(pulumi.all(checksums).apply((sums) => sums.join("-"))),
    ready: [...client.ready, own],
  };
}

function annotations(checksum: pulumi.Output<string> | undefined): Record<string, pulumi.Output<string>> {
  return checksum === undefined ? {} : { [checksumAnnotations.secrets]: checksum };
}
