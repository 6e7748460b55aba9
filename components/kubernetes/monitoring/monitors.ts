import { objectNames, roleLabel, selectorLabels } from "../names.ts";
import type { PodMonitorSpec, RelabelConfig } from "./resources.ts";
import type { Watched } from "./watched.ts";

export interface Monitor {
  name: string;
  spec: PodMonitorSpec;
}

/** Name of the exporter of Redis and of Sidekiq's queues. */
export const exporterName = `${objectNames.redis}-exporter`;

/** The scraped ports, by the labels of the pods. Network policies allow Prometheus to reach them. */
function scrapedPods(watched: Pick<Watched, "database" | "proxy">): ScrapedPods[] {
  const { database } = watched;
  return [
    ...(database
      ? [
          {
            name: database.name,
            labels: { "cnpg.io/cluster": database.name, "cnpg.io/podRole": "instance" },
            port: { name: "metrics", number: 9187 },
          },
        ]
      : []),
    {
      name: exporterName,
      labels: { ...selectorLabels(exporterName), [roleLabel]: "redis-exporter" },
      port: { name: "metrics", number: 9121 },
    },
    ...(watched.proxy
      ? [
          {
            name: objectNames.proxy,
            labels: { ...selectorLabels(objectNames.proxy), [roleLabel]: "proxy" },
            port: { name: "metrics", number: 44180 },
          },
        ]
      : []),
  ];
}

export interface ScrapedPods {
  name: string;
  labels: Record<string, string>;
  port: { name: string; number: number };
}

export function podMonitors(watched: Pick<Watched, "database" | "proxy">): Monitor[] {
  return scrapedPods(watched).map(({ name, labels, port }) => ({
    name,
    spec: {
      selector: { matchLabels: labels },
      podMetricsEndpoints: [
        {
          port: port.name,
          interval: "30s",
          scrapeTimeout: "20s",
          ...(name === exporterName ? { metricRelabelings: queueMetrics } : {}),
        },
      ],
    },
  }));
}

/**
 * The exporter exports every number of queues.lua as `redis_script_values{key="queue_jobs/default"}`; Prometheus stores
 * it as `chatwoot_queue_jobs{queue="default"}`.
 */
export const queueMetrics: RelabelConfig[] = [
  {
    sourceLabels: ["__name__", "key"],
    regex: "redis_script_values;[a-z_]+/(.+)",
    targetLabel: "queue",
    replacement: "$1",
  },
  {
    sourceLabels: ["__name__", "key"],
    regex: "redis_script_values;([a-z_]+)(?:/.+)?",
    targetLabel: "__name__",
    replacement: "chatwoot_$1",
  },
  { sourceLabels: ["__name__"], regex: "chatwoot_.+", targetLabel: "key", replacement: "" },
  { sourceLabels: ["__name__"], regex: "chatwoot_.+", targetLabel: "filename", replacement: "" },
];
