import { podResources } from "../../config/pod-resources.ts";
import type { PodsConfig } from "../../config/schema/kubernetes/pods.ts";
import type { Workers } from "../../config/worker-groups.ts";
import { spreadOverNodes } from "./spread.ts";
import { workerArgs, workerLabels } from "./workers.ts";
import type { Workload } from "./workload.ts";

interface GroupArgs {
  pods: PodsConfig;
  /** Whether an autoscaler owns the number of pods. */
  isAutoscaled: boolean;
}

/**
 * The Deployment's spec of a group, from the completed Deployment of the main worker. The chart's labels, which select the
 * main worker's pods, are left out.
 */
export function groupSpec(worker: Workload, group: Workers, { pods, isAutoscaled }: GroupArgs): Workload["spec"] {
  const { replicas: _main, selector, template, ...spec } = worker.spec;
  const [container, ...others] = template.spec.containers;
  const labels = workerLabels(group);
  const chartLabels = Object.keys((selector as { matchLabels?: object } | undefined)?.matchLabels ?? {});
  const kept = Object.entries(template.metadata.labels ?? {}).filter(([name]) => !chartLabels.includes(name));
  return {
    ...spec,
    ...(isAutoscaled ? {} : { replicas: group.count }),
    selector: { matchLabels: labels },
    template: {
      ...template,
      metadata: { ...template.metadata, labels: { ...Object.fromEntries(kept), ...labels } },
      spec: {
        ...template.spec,
        // Pods that a volume holds on one node are not spread.
        ...("topologySpreadConstraints" in template.spec && { topologySpreadConstraints: spreadOverNodes(labels) }),
        containers: [
          {
            ...container,
            ...workerArgs(group),
            env: [...(container?.env ?? []), { name: "SIDEKIQ_CONCURRENCY", value: String(group.concurrency) }],
            resources: podResources(pods, "worker", group.memoryMb),
          },
          ...others,
        ],
      },
    },
  };
}
