import { objectNames } from "../names.ts";
import type { Service } from "./ingress.ts";

/** The fields of an HTTPRoute that this program sets: https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRouteSpec {
  parentRefs: { name: string; namespace: string; sectionName?: string }[];
  hostnames: string[];
  rules: {
    matches: { path: { type: "PathPrefix" | "Exact"; value: string } }[];
    backendRefs: { name: string; port: number }[];
    timeouts: { request: string; backendRequest: string };
  }[];
}

/**
 * The fields that this program sets: https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate
 */
export interface CertificateSpec {
  secretName: string;
  dnsNames: string[];
  issuerRef: { group: "cert-manager.io"; kind: "ClusterIssuer"; name: string };
  privateKey: { algorithm: "ECDSA"; size: 256; rotationPolicy: "Always" };
}

/** The fields that this program sets: https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
export interface ReferenceGrantSpec {
  from: { group: "gateway.networking.k8s.io"; kind: "Gateway"; namespace: string }[];
  to: { group: ""; kind: "Secret"; name: string }[];
}

export interface GatewaySettings {
  gateway: { name: string; namespace: string; sectionName?: string | undefined };
}

/** `frontPage`: the Service of `/` alone. Default: the backend. */
export function routeSpec(
  hostnames: string[],
  { backend, frontPage }: { backend: Service; frontPage?: Service },
  { gateway: { name, namespace, sectionName } }: GatewaySettings,
): HttpRouteSpec {
  const rule = (type: "PathPrefix" | "Exact", service: Service): HttpRouteSpec["rules"][number] => ({
    matches: [{ path: { type, value: "/" } }],
    backendRefs: [service],
    // No limit, because a websocket is one request that lasts for hours. The backends have their own limits.
    timeouts: { request: "0s", backendRequest: "0s" },
  });
  return {
    parentRefs: [{ name, namespace, ...(sectionName === undefined ? {} : { sectionName }) }],
    hostnames,
    rules: [...(frontPage ? [rule("Exact", frontPage)] : []), rule("PathPrefix", backend)],
  };
}

export function certificateSpec(host: string, clusterIssuer: string): CertificateSpec {
  return {
    secretName: objectNames.certificate,
    dnsNames: [host],
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: clusterIssuer },
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  };
}

/** Allows the Gateways of another namespace to read that one Secret. */
export function certificateGrantSpec(gatewayNamespace: string): ReferenceGrantSpec {
  return {
    from: [{ group: "gateway.networking.k8s.io", kind: "Gateway", namespace: gatewayNamespace }],
    to: [{ group: "", kind: "Secret", name: objectNames.certificate }],
  };
}
