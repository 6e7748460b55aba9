import type { types } from "@pulumi/kubernetes";
import { skipAwait } from "../annotations.ts";
import { objectNames } from "../names.ts";

/**
 * Settings of a controller for uploads of 40 MB, websockets and the cookies of single sign-on. Traefik and both
 * controllers for HAProxy need none: they have no limit on a body, keep websockets for an hour and more, and accept
 * large headers. For other controllers, set `annotations`.
 */
export const classAnnotations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nginx: {
    "nginx.ingress.kubernetes.io/proxy-body-size": "50m",
    "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
    "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
    "nginx.ingress.kubernetes.io/proxy-buffer-size": "16k",
  },
  traefik: {},
  haproxy: {},
};

export interface IngressSettings {
  className: string;
  clusterIssuer?: string | undefined;
  /** Added to the annotations of the class; they take precedence. */
  annotations: Record<string, string>;
}

export function ingressAnnotations({ className, clusterIssuer, annotations }: IngressSettings): Record<string, string> {
  return {
    // Not every controller publishes the address that Pulumi would wait for.
    ...skipAwait,
    ...classAnnotations[className],
    ...(clusterIssuer === undefined ? {} : { "cert-manager.io/cluster-issuer": clusterIssuer }),
    ...annotations,
  };
}

export function ingressSpec(
  host: string,
  backend: { name: string; port: number },
  { className, clusterIssuer }: IngressSettings,
): types.input.networking.v1.IngressSpec {
  const service = { name: backend.name, port: { number: backend.port } };
  return {
    ingressClassName: className,
    ...(clusterIssuer === undefined ? {} : { tls: [{ hosts: [host], secretName: objectNames.certificate }] }),
    rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend: { service } }] } }],
  };
}

/** The warning about a retired controller, with the settings to use instead; undefined for other controllers. */
export function retiredClassWarning({ className, clusterIssuer }: IngressSettings): string | undefined {
  if (className !== "nginx") return undefined;
  const issuer = clusterIssuer === undefined ? "" : `, clusterIssuer: ${clusterIssuer}`;
  return [
    "chatwoot:kubernetes.ingress.className: nginx is the class of ingress-nginx, which is retired: it has received no " +
      "fixes, including security fixes, since March 2026. Move to a Gateway of the Gateway API:",
    `  ingress: { mode: gateway, gateway: { name: YOUR-GATEWAY, namespace: ITS-NAMESPACE }${issuer} }`,
    "or to another controller, for example Traefik:",
    `  ingress: { mode: ingress, className: traefik${issuer} }`,
  ].join("\n");
}
