import { z } from "zod";
import { chatwootChartRepository, versions } from "../../../components/versions.ts";
import { shared } from "./shared.ts";
import { claim, s3 } from "./storage.ts";
import { dnsLabel, endpointUrl, httpsUrl, storageClass, text, whole } from "./words.ts";

const cron = z
  .string()
  .regex(
    /^\S+( \S+){5}$/,
    'is not a schedule of six fields. CloudNativePG starts with seconds, for instance "0 0 3 * * *"',
  );

const backup = z.strictObject({
  /** Where base backups and WAL go, `s3://bucket/path`. */
  destination: z.string().regex(/^s3:\/\/[^/\s]+(\/\S+)?$/, "is not a bucket. Write it as s3://bucket/path"),
  endpoint: endpointUrl,
  schedule: cron.default("0 0 3 * * *"),
  /** How long backups are kept. Default 30d. */
  retention: z
    .string()
    .regex(/^[1-9][0-9]*[dwm]$/, "is not a period. Write it as 30d, 4w or 6m")
    .default("30d"),
});

const ingress = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({
      mode: z.literal("ingress"),
      className: text,
      /** cert-manager issuer of the certificate; without it the ingress has no TLS section. */
      clusterIssuer: text.optional(),
      /** Added to the annotations that the class needs. */
      annotations: z.record(z.string(), z.string()).default({}),
    }),
    z.strictObject({ mode: z.literal("none") }),
  ],
  "has no mode that is known. Use mode: ingress or mode: none",
);

export const kubernetesConfig = z.strictObject({
  target: z.literal("kubernetes"),
  ...shared,
  storage: z.discriminatedUnion("kind", [s3, claim], "has no kind that is known. Use kind: s3 or kind: claim"),
  kubernetes: z.strictObject({
    /** Context of the kubeconfig, so that nothing goes to whichever cluster is current. */
    context: text,
    /** Made by this stack. Another name is another deployment, with an empty database. */
    namespace: dnsLabel.default("chatwoot"),
    chart: z
      .strictObject({
        repository: endpointUrl.default(chatwootChartRepository),
        version: text.default(versions.chatwootChart),
        /** A folder with the chart, instead of the repository. */
        path: text.optional(),
      })
      .prefault({}),
    ingress,
    postgres: z.strictObject({
      /** Default 2: one primary, one standby. */
      instances: whole(1, 9).default(2),
      storageClass,
      /** Size of each instance's volume in GiB; it never shrinks. Default 20. */
      sizeGi: whole(1, 65536).default(20),
      /** Default 100. A change restarts the database. */
      maxConnections: whole(20, 5000).default(100),
      backup: backup.optional(),
    }),
    redis: z.strictObject({
      storageClass,
      /** Size of the volume in GiB. Default 2. */
      sizeGi: whole(1, 1024).default(2),
    }),
    /** Single sign-on in front of the staff's pages. */
    sso: z
      .strictObject({
        /** Address of the OpenID Connect issuer. */
        issuer: httpsUrl,
        /** True lets API clients and the mobile app past the gate; they authenticate by token. Default true. */
        publicApi: z.boolean("is not true or false. Write true or false").default(true),
      })
      .optional(),
  }),
});

export type KubernetesConfig = z.output<typeof kubernetesConfig>;
