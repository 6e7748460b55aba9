import { z } from "zod";
import { chatwootChartRepository, versions } from "../versions.ts";
import { edge } from "./kubernetes/edge.ts";
import { install, monitoring, networkPolicies, runAsNonRoot } from "./kubernetes/isolation.ts";
import { postgres } from "./kubernetes/postgres.ts";
import { scaling } from "./kubernetes/scaling.ts";
import { sso } from "./kubernetes/sso.ts";
import { shared } from "./shared.ts";
import { claim, s3 } from "./storage.ts";
import { dnsLabel, endpointUrl, memoryMb, storageClass, text, whole } from "./words.ts";

export const kubernetesConfig = z.strictObject({
  target: z.literal("kubernetes"),
  ...shared,
  /** Where attachments are kept. */
  storage: z.discriminatedUnion("kind", [s3, claim], "has no kind that is known. Use kind: s3 or kind: claim"),
  /** What this target alone has. */
  kubernetes: z.strictObject({
    /** Context of the kubeconfig, so that nothing goes to whichever cluster is current. */
    context: text,
    /** Made by this stack. Another name is another deployment, with an empty database. */
    namespace: dnsLabel.default("chatwoot"),
    /** Chatwoot's Helm chart. */
    chart: z
      .strictObject({
        /** Address of the repository of charts. */
        repository: endpointUrl.default(chatwootChartRepository),
        /** Exact version of the chart. */
        version: text.default(versions.chatwootChart),
        /** A folder with the chart, instead of the repository. */
        path: text.optional(),
      })
      .prefault({}),
    /** The way in from outside. */
    ingress: edge,
    postgres,
    /** Redis, in the namespace. */
    redis: z.strictObject({
      /** Class of its volume. */
      storageClass,
      /** Size of the volume in GiB; it never shrinks. Default 2. */
      sizeGi: whole(1, 1024).default(2),
      /** Memory in MiB; three quarters of it are for what Redis holds. Default 512. */
      memoryMb: memoryMb.default(512),
    }),
    sso: sso.optional(),
    networkPolicies: networkPolicies.prefault({}),
    runAsNonRoot,
    scaling: scaling.prefault({}),
    monitoring: monitoring.optional(),
    install: install.prefault({}),
  }),
});

export type KubernetesConfig = z.output<typeof kubernetesConfig>;
