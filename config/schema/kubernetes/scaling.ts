import { z } from "zod";
import { dnsLabel, whole } from "../words.ts";

function byJobs() {
  return z.strictObject({
    /** Maximum number of pods. */
    max: whole(2, 100),
    /** Target number of waiting jobs per pod. Default: 100. */
    queueLength: whole(1, 1_000_000).default(100),
    /** Namespace of KEDA, which queries Redis. Default: keda. */
    kedaNamespace: dnsLabel.default("keda"),
  });
}

/** Autoscalers. The count of web or worker is their minimum. */
export const scaling = z.strictObject({
  /** Scales web by CPU usage with a HorizontalPodAutoscaler. Default: disabled. */
  web: z
    .strictObject({
      /** Maximum number of pods. */
      max: whole(2, 100),
      /** Target CPU usage, in percent of the pod's request. Default: 75. */
      cpuPercent: whole(10, 100).default(75),
    })
    .optional(),
  /** Scales worker by the number of waiting jobs with a KEDA ScaledObject. Default: disabled. */
  worker: byJobs().optional(),
  /**
   * Scales groups of worker.groups, by name, each by the waiting jobs of all its queues, with the keys of
   * `worker`. Default: disabled.
   */
  groups: z.record(z.string(), byJobs()).default({}),
});

export type ScalingConfig = z.output<typeof scaling>;
