import { z } from "zod";
import { chatwootChartRepository, versions } from "../versions.ts";
import { edge } from "./kubernetes/edge.ts";
import { install, monitoring, networkPolicies, runAsNonRoot } from "./kubernetes/isolation.ts";
import { pods } from "./kubernetes/pods.ts";
import { postgres } from "./kubernetes/postgres.ts";
import { redis } from "./kubernetes/redis.ts";
import { scaling } from "./kubernetes/scaling.ts";
import { sso } from "./kubernetes/sso.ts";
import { shared } from "./shared.ts";
import { claim, s3 } from "./storage.ts";
import { dnsLabel, endpointUrl, exactImage, releaseTimeoutMinutes, text } from "./words.ts";

/**
 * Images of the parts beside Chatwoot and the database, from another registry or with a digest. A change replaces the pods.
 */
const images = z.strictObject({
  /** The stack's Redis, or Valkey. A newer major version may rewrite its file, which an older one cannot read. */
  redis: exactImage(versions.redisImage).default(versions.redisImage),
  /** redis_exporter, with monitoring. */
  redisExporter: exactImage(versions.redisExporterImage).default(versions.redisExporterImage),
  /** oauth2-proxy, with sso. */
  proxy: exactImage(versions.oauth2ProxyImage).default(versions.oauth2ProxyImage),
  /** Node.js, with scheduled runs of the support pipeline. */
  node: exactImage(versions.nodeImage).default(versions.nodeImage),
});

export const kubernetesConfig = z.strictObject({
  target: z.literal("kubernetes"),
  ...shared,
  /** Storage of attachments. */
  storage: z.discriminatedUnion("kind", [s3, claim], "has an unknown kind. Use kind: s3 or kind: claim"),
  /** Settings of this target. */
  kubernetes: z.strictObject({
    /** Context of the kubeconfig. The current context is never used. */
    context: text,
    /** Namespace that the stack creates. A new name creates another deployment with an empty database. Default: chatwoot. */
    namespace: dnsLabel.default("chatwoot"),
    /**
     * Whether the stack creates the namespace. Set it to false for a namespace that exists, which the stack then neither
     * changes nor deletes; set it to false later to release the stack's own namespace with everything in it. Default: true.
     */
    createNamespace: z.boolean("is not true or false. Write true or false").default(true),
    /** Chatwoot's Helm chart. */
    chart: z
      .strictObject({
        /** URL of the chart repository. */
        repository: endpointUrl.default(chatwootChartRepository),
        /** Exact version of the chart. */
        version: text.default(versions.chatwootChart),
        /** Folder of a local chart, used instead of the repository. */
        path: text.optional(),
      })
      .prefault({}),
    /** Public entry point: an ingress, a Gateway, or none. */
    ingress: edge,
    postgres,
    redis,
    /** Time limit of the preparation step, in minutes. Default: 30. */
    releaseTimeoutMinutes: releaseTimeoutMinutes.default(30),
    sso: sso.optional(),
    networkPolicies: networkPolicies.prefault({}),
    pods: pods.prefault({}),
    images: images.prefault({}),
    runAsNonRoot,
    scaling: scaling.prefault({}),
    monitoring: monitoring.optional(),
    install: install.prefault({}),
  }),
});

export type KubernetesConfig = z.output<typeof kubernetesConfig>;
