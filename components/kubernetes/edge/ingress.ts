import type { types } from "@pulumi/kubernetes";
import { skipAwait } from "../annotations.ts";
import { objectNames } from "../names.ts";

/**
 * What a controller must be told so that uploads of 40 MB, websockets and the cookies of single sign-on get through it.
 * Traefik and both controllers for HAProxy have no limit on a body, keep websockets for an hour and more, and take large
 * headers; of others nobody knows, and `annotations` is there for them.
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
  /** Added to those of the class, and stronger. */
  annotations: Record<string, string>;
}

export function ingressAnnotations({ className, clusterIssuer, annotations }: IngressSettings): Record<string, string> {
  return {
    // Not every controller publishes the address that would be waited for.
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

/** What somebody on a retired controller is told, with what to write instead; undefined for the others. */
export function retiredClassWarning({ className, clusterIssuer }: IngressSettings): string | undefined {
  if (className !== "nginx") return undefined;
  const issuer = clusterIssuer === undefined ? "" : `, clusterIssuer: ${clusterIssuer}`;
  return [
    "chatwoot:kubernetes.ingress.className: nginx is the class of ingress-nginx, which is retired: nothing in it has been " +
      "fixed since March 2026, holes in its security neither. Move to a Gateway of the Gateway API:",
    `  ingress: { mode: gateway, gateway: { name: YOUR-GATEWAY, namespace: ITS-NAMESPACE }${issuer} }`,
    "or to another controller, for instance Traefik:",
    `  ingress: { mode: ingress, className: traefik${issuer} }`,
  ].join("\n");
}
