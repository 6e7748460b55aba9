import { objectNames } from "../names.ts";

/** The fields of an HTTPRoute that this program sets: https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRouteSpec {
  parentRefs: { name: string; namespace: string; sectionName?: string }[];
  hostnames: string[];
  rules: {
    matches: { path: { type: "PathPrefix"; value: string } }[];
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

export function routeSpec(
  host: string,
  backend: { name: string; port: number },
  { gateway: { name, namespace, sectionName } }: GatewaySettings,
): HttpRouteSpec {
  return {
    parentRefs: [{ name, namespace, ...(sectionName === undefined ? {} : { sectionName }) }],
    hostnames: [host],
    rules: [
      {
        matches: [{ path: { type: "PathPrefix", value: "/" } }],
        backendRefs: [backend],
        // No limit, because a websocket is one request that lasts for hours. The backends have their own limits.
        timeouts: { request: "0s", backendRequest: "0s" },
      },
    ],
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
