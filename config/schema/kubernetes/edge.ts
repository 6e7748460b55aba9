import { z } from "zod";
import { dnsLabel, objectName } from "../words.ts";

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
      annotations: z.record(z.string(), z.string()).default({}),
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
    }),
    z.strictObject({ mode: z.literal("none") }),
  ],
  "has an unknown mode. Use mode: ingress, gateway or none",
);

export type EdgeConfig = z.output<typeof edge>;
