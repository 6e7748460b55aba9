import type { types } from "@pulumi/kubernetes";
import { skipAwait } from "../annotations.ts";
import { objectNames } from "../names.ts";
import { controllerOf } from "./controllers.ts";

export interface IngressSettings {
  className: string;
  clusterIssuer?: string | undefined;
  /** Added to those of the controller; they take precedence. */
  annotations: Record<string, string>;
  /** `spec.controller` of the class. Default: that of a class with this name. */
  controller?: string | undefined;
}

export function ingressAnnotations(
  { className, clusterIssuer, annotations, controller }: IngressSettings,
  service: string,
): Record<string, string> {
  return {
    // Not every controller publishes the address that Pulumi would wait for.
    ...skipAwait,
    ...controllerOf(controller, className)?.annotations?.(service),
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
export function retiredClassWarning({ className, clusterIssuer, controller }: IngressSettings): string | undefined {
  if (controllerOf(controller, className)?.isRetired !== true) return undefined;
  const issuer = clusterIssuer === undefined ? "" : `, clusterIssuer: ${clusterIssuer}`;
  return [
    `chatwoot:kubernetes.ingress.className: ${className} is the class of ingress-nginx, which is retired: it has received no ` +
      "fixes, including security fixes, since March 2026. Move to a Gateway of the Gateway API:",
    `  ingress: { mode: gateway, gateway: { name: YOUR-GATEWAY, namespace: ITS-NAMESPACE }${issuer} }`,
    "or to another controller, for example Traefik:",
    `  ingress: { mode: ingress, className: traefik${issuer} }`,
  ].join("\n");
}
