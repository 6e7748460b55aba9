import { z } from "zod";
import { dnsLabel, objectName, qualifiedName, whole } from "../words.ts";

const trusted = {
  /**
   * Number of trusted proxies before Chatwoot that append to X-Forwarded-For, without this stack's single sign-on: 1 for an
   * ingress controller, 2 with a CDN before it. The entry of the outermost one is the visitor's address. If it is too
   * high, visitors can choose their address; if it is too low, all visitors share one. Default: 1.
   */
  trustedHops: whole(0, 10).default(1),
  /**
   * Whether Chatwoot redirects http to https, sends HSTS and marks the super admin's cookie Secure. The proxy that ends TLS
   * must send `X-Forwarded-Proto: https`, or every request is redirected to itself. A change restarts web and worker.
   * Default: true with `clusterIssuer` or a Gateway, otherwise false.
   */
  forceSsl: z.boolean("is not true or false. Write true or false").optional(),
};

/** A DNS name in lower case. */
const host = z
  .string()
  .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, "is not a valid host. Write its name alone");

const helpCenters = {
  /**
   * Custom domains of Chatwoot's help centers. Their front page `/` goes to web without single sign-on; every other path is
   * as at Chatwoot's own address, where `/hc/` is public. Default: none.
   */
  helpCenterHosts: z.array(host).default([]),
};

export const edge = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({
      mode: z.literal("ingress"),
      /** Name of the ingress class. */
      className: objectName,
      /** cert-manager ClusterIssuer of the certificate. If omitted, the ingress has no TLS section. */
      clusterIssuer: objectName.optional(),
      /** Additional annotations of the ingress. */
      annotations: z.record(qualifiedName, z.string()).default({}),
      ...helpCenters,
      ...trusted,
    }),
    z.strictObject({
      mode: z.literal("gateway"),
      /** Gateway that the route is attached to. */
      gateway: z.strictObject({
        /** Name of the Gateway. */
        name: dnsLabel,
        /** Namespace of the Gateway. */
        namespace: dnsLabel,
        /** Listener of the Gateway. Default: every listener that allows the route. */
        sectionName: dnsLabel.optional(),
      }),
      /** cert-manager ClusterIssuer of a certificate `chatwoot-tls` for the Gateway. Default: none; the Gateway has its own certificate. */
      clusterIssuer: objectName.optional(),
      ...helpCenters,
      ...trusted,
    }),
    z.strictObject({ mode: z.literal("none"), ...trusted }),
  ],
  "has an unknown mode. Use mode: ingress, gateway or none",
);

export type EdgeConfig = z.output<typeof edge>;
