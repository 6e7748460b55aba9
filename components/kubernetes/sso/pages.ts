import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../../lib/fingerprint.ts";
import { checksumAnnotations } from "../annotations.ts";
import { objectNames } from "../names.ts";

/** The folder of the files that replace the proxy's own. */
export const pagesFolder = "/etc/oauth2-proxy/pages";

/**
 * The proxy serves /robots.txt itself and by default disallows everything, which would remove the help center from
 * search engines. This file allows the help center and its assets.
 */
export const pages = {
  "robots.txt": `User-agent: *
Allow: /hc/
Allow: /vite/
Allow: /packs/
Allow: /assets/
Allow: /brand-assets/
Allow: /rails/active_storage/
Disallow: /
`,
};

export interface ProxyPages {
  /** Name of the ConfigMap with the files. */
  name: pulumi.Output<string>;
  checksums: Record<string, string>;
}

export function proxyPages(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): ProxyPages {
  const map = new k8s.core.v1.ConfigMap(name, { metadata: { name: objectNames.proxy, namespace }, data: pages }, opts);
  return { name: map.metadata.name, checksums: { [checksumAnnotations.settings]: shortHash(pages) } };
}
