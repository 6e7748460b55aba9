import { z } from "zod";
import { dnsLabel, whole } from "../words.ts";

/** The count of web or worker is then the least. */
export const scaling = z.strictObject({
  /** A HorizontalPodAutoscaler of web by processor time. */
  web: z
    .strictObject({
      /** The most pods. */
      max: whole(2, 100),
      /** Percent of what a pod requests. Default 75. */
      cpuPercent: whole(10, 100).default(75),
    })
    .optional(),
  /** A KEDA ScaledObject of worker by the jobs that wait. */
  worker: z
    .strictObject({
      /** The most pods. */
      max: whole(2, 100),
      /** Jobs waiting for each pod. Default 100. */
      queueLength: whole(1, 1_000_000).default(100),
      /** Where KEDA runs, which asks Redis. Default keda. */
      kedaNamespace: dnsLabel.default("keda"),
    })
    .optional(),
});

export type ScalingConfig = z.output<typeof scaling>;
