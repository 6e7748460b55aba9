import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../../lib/fingerprint.ts";
import { checksumAnnotations } from "../annotations.ts";
import { objectNames } from "../names.ts";

/** Where the proxy looks for files that replace its own. */
export const pagesFolder = "/etc/oauth2-proxy/pages";

/**
 * The proxy answers /robots.txt itself, by default with "nothing, please", which would take the help center out of
 * search engines. This one lets them have the help center, and what its pages are made of.
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
