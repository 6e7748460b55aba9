import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AuthorityConfig } from "../../config/schema/kubernetes/external.ts";
import { shortHash } from "../../lib/fingerprint.ts";
import type { MountedVolume } from "./mounted-volume.ts";

/** The certificate with which a pod verifies a server. */
export interface MountedAuthority extends MountedVolume {
  /** The file, in the container. */
  path: string;
}

/** The object that holds an authority, for those that read it without a mount. */
export interface AuthoritySource {
  kind: "ConfigMap" | "Secret";
  name: pulumi.Input<string>;
  key: string;
}

const file = "ca.crt";

/** One key of an object as a file. A Secret with an authority may also hold its key, which no pod may see. */
export function mountedAuthority(server: "database" | "redis", { kind, name, key }: AuthoritySource): MountedAuthority {
  const volume = `${server}-authority`;
  const mountPath = `/etc/chatwoot/${server}`;
  const items = [{ key, path: file }];
  return {
    volume: {
      name: volume,
      ...(kind === "Secret" ? { secret: { secretName: name, items } } : { configMap: { name, items } }),
    },
    mount: { name: volume, mountPath, readOnly: true },
    path: `${mountPath}/${file}`,
  };
}

/** An existing object, or a ConfigMap that is named by its content, so that another authority restarts the pods. */
export function authoritySource(
  name: string,
  {
    namespace,
    objectName,
    authority,
  }: { namespace: pulumi.Input<string>; objectName: string; authority: AuthorityConfig },
  opts: pulumi.CustomResourceOptions,
): AuthoritySource {
  if (authority.from === "secret") return { kind: "Secret", name: authority.name, key: authority.key };
  if (authority.from === "configMap") return { kind: "ConfigMap", name: authority.name, key: authority.key };
  const data = { [file]: authority.pem };
  const metadata = { name: `${objectName}-${shortHash(data)}`, namespace };
  const made = new k8s.core.v1.ConfigMap(name, { metadata, data, immutable: true }, opts);
  return { kind: "ConfigMap", name: made.metadata.name, key: file };
}
