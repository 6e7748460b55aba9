import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeConfig } from "../../../config/schema/kubernetes/edge.ts";
import { waitFor } from "../annotations.ts";
import { certificateGrantSpec, certificateSpec, routeSpec, type HttpRouteSpec } from "./gateway.ts";
import {
  ingressAnnotations,
  ingressSpec,
  retiredClassWarning,
  type Backends,
  type IngressSettings,
} from "./ingress.ts";
import { objectNames } from "../names.ts";

export interface EdgeArgs extends Backends {
  namespace: pulumi.Input<string>;
  /** Public address of Chatwoot. */
  url: string;
  ingress: EdgeConfig;
  /** Controller of the ingress class, if it was seen. */
  controller?: string | undefined;
}

type Mode<Name extends EdgeConfig["mode"]> = Extract<EdgeConfig, { mode: Name }>;

/** The public entry point: an Ingress or a Gateway's route, with a certificate; nothing if another stack creates it. */
export class Edge extends pulumi.ComponentResource {
  readonly #namespace: pulumi.Input<string>;
  readonly #host: string;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Edge", name, {}, opts);
    const { namespace, url, ingress, controller } = args;
    this.#namespace = namespace;
    this.#host = new URL(url).hostname;
    if (ingress.mode === "ingress") this.#createIngress(name, args, { ...ingress, controller });
    if (ingress.mode === "gateway") this.#createRoutes(name, args, ingress);
    if (ingress.mode === "gateway" && ingress.clusterIssuer !== undefined)
      this.#createCertificate(name, ingress.clusterIssuer, ingress.gateway.namespace);
    this.registerOutputs();
  }

  #createIngress(name: string, backends: Backends, ingress: IngressSettings): void {
    const warning = retiredClassWarning(ingress);
    if (warning !== undefined) void pulumi.log.warn(warning, this);
    const metadata = {
      name: objectNames.release,
      namespace: this.#namespace,
      annotations: ingressAnnotations(ingress, backends.backend.name),
    };
    new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      { metadata, spec: ingressSpec(this.#host, backends, ingress) },
      { parent: this },
    );
  }

  #createRoutes(name: string, { backend, web }: Backends, gateway: Mode<"gateway">): void {
    const { helpCenterHosts: hosts } = gateway;
    this.#createRoute(`${name}-route`, objectNames.release, routeSpec([this.#host], { backend }, gateway));
    if (hosts.length > 0)
      this.#createRoute(
        `${name}-help`,
        objectNames.helpCenters,
        routeSpec(hosts, { backend, frontPage: web }, gateway),
      );
  }

  /** Waits until the Gateway accepts the route: a rejection, for its host or its namespace, would show nowhere else. */
  #createRoute(name: string, route: string, spec: HttpRouteSpec): void {
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: {
          name: route,
          namespace: this.#namespace,
          annotations: waitFor('jsonpath={.status.parents[0].conditions[?(@.type=="Accepted")].status}=True'),
        },
        spec,
      },
      { parent: this, customTimeouts: { create: "5m", update: "5m" } },
    );
  }

  /** The deployment does not wait, because the certificate is issued only once the host's DNS record points here. */
  #createCertificate(name: string, clusterIssuer: string, gatewayNamespace: string): void {
    const metadata = { name: objectNames.certificate, namespace: this.#namespace };
    new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata,
        spec: certificateSpec(this.#host, clusterIssuer),
      },
      { parent: this },
    );
    new k8s.apiextensions.CustomResource(
      `${name}-certificate-grant`,
      {
        // Many Gateways do not support v1 yet.
        apiVersion: "gateway.networking.k8s.io/v1beta1",
        kind: "ReferenceGrant",
        metadata,
        spec: certificateGrantSpec(gatewayNamespace),
      },
      { parent: this },
    );
  }
}
