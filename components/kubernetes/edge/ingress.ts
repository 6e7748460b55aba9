import type { types } from "@pulumi/kubernetes";
import { skipAwait } from "../annotations.ts";
import { objectNames } from "../names.ts";
import { controllerOf } from "./controllers.ts";

export interface IngressSettings {
  className: string;
  clusterIssuer?: string | undefined;
  /** Custom domains of help centers. Default: none. */
  helpCenterHosts?: readonly string[];
  /** Added to those of the controller; they take precedence. */
  annotations: Record<string, string>;
  /** `spec.controller` of the class. Default: that of a class with this name. */
  controller?: string | undefined;
}

export interface Service {
  name: string;
  port: number;
}

export interface Backends {
  /** The Service behind the address. */
  backend: Service;
  /** Chatwoot's own Service, which serves a help center's front page by the request's host. */
  web: Service;
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

/** Each help center has its own certificate, so that a domain without a DNS record holds back no other. */
export function ingressSpec(
  host: string,
  { backend, web }: Backends,
  { className, clusterIssuer, helpCenterHosts = [] }: IngressSettings,
): types.input.networking.v1.IngressSpec {
  const path = (pathType: "Exact" | "Prefix", { name, port }: Service) => ({
    path: "/",
    pathType,
    backend: { service: { name, port: { number: port } } },
  });
  const all = path("Prefix", backend);
  const certificates = [
    { hosts: [host], secretName: objectNames.certificate },
    ...helpCenterHosts.map((name) => ({ hosts: [name], secretName: `${objectNames.certificate}-${name}` })),
  ];
  return {
    ingressClassName: className,
    ...(clusterIssuer === undefined ? {} : { tls: certificates }),
    rules: [
      { host, http: { paths: [all] } },
      ...helpCenterHosts.map((name) => ({ host: name, http: { paths: [path("Exact", web), all] } })),
    ],
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
