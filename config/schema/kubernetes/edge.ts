import { z } from "zod";
import { dnsLabel, text } from "../words.ts";

export const edge = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({
      mode: z.literal("ingress"),
      /** Name of the ingress class. */
      className: text,
      /** cert-manager issuer of the certificate; without it the ingress has no TLS section. */
      clusterIssuer: text.optional(),
      /** Added to the annotations that the class needs. */
      annotations: z.record(z.string(), z.string()).default({}),
    }),
    z.strictObject({
      mode: z.literal("gateway"),
      /** The Gateway that a route is attached to. */
      gateway: z.strictObject({
        /** Its name. */
        name: dnsLabel,
        /** The namespace that it is in. */
        namespace: dnsLabel,
        /** Its listener. Default every one that allows it. */
        sectionName: dnsLabel.optional(),
      }),
      /** cert-manager issuer of a certificate `chatwoot-tls`, which the Gateway may use. Default none: the Gateway has one. */
      clusterIssuer: text.optional(),
    }),
    z.strictObject({ mode: z.literal("none") }),
  ],
  "has no mode that is known. Use mode: ingress, gateway or none",
);

export type EdgeConfig = z.output<typeof edge>;
