import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesConfig } from "../../stacks/config/schema.ts";
import { skipAwait } from "./annotations.ts";
import { objectNames } from "./names.ts";

export interface EdgeArgs {
  namespace: pulumi.Input<string>;
  /** Public address of Chatwoot. */
  url: string;
  ingress: KubernetesConfig["kubernetes"]["ingress"];
  /** What the address leads to. */
  backend: { name: string; port: number };
}

/** What a controller must be told so that uploads of 40 MB and websockets get through it. Others need nothing. */
const classAnnotations: Record<string, Record<string, string>> = {
  nginx: {
    "nginx.ingress.kubernetes.io/proxy-body-size": "50m",
    "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
    "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
    "nginx.ingress.kubernetes.io/proxy-buffer-size": "16k",
  },
};

/** The way in from outside: an Ingress with a certificate, or nothing where somebody else makes it. */
export class Edge extends pulumi.ComponentResource {
  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Edge", name, {}, opts);
    if (args.ingress.mode === "ingress") {
      const { className, clusterIssuer, annotations } = args.ingress;
      const host = new URL(args.url).hostname;
      new k8s.networking.v1.Ingress(
        `${name}-ingress`,
        {
          metadata: {
            name: objectNames.release,
            namespace: args.namespace,
            annotations: {
              // Not every controller publishes the address that would be waited for.
              ...skipAwait,
              ...classAnnotations[className],
              ...(clusterIssuer === undefined ? {} : { "cert-manager.io/cluster-issuer": clusterIssuer }),
              ...annotations,
            },
          },
          spec: {
            ingressClassName: className,
            ...(clusterIssuer === undefined
              ? {}
              : { tls: [{ hosts: [host], secretName: `${objectNames.release}-tls` }] }),
            rules: [
              {
                host,
                http: {
                  paths: [
                    {
                      path: "/",
                      pathType: "Prefix",
                      backend: { service: { name: args.backend.name, port: { number: args.backend.port } } },
                    },
                  ],
                },
              },
            ],
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
