import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringConfig } from "../../../config/schema/kubernetes/isolation.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import { renderRules } from "./alert.ts";
import { dashboard, folderAnnotation } from "./dashboard.ts";
import { podMonitors } from "./monitors.ts";
import { RedisExporter, type RedisExporterArgs } from "./redis-exporter.ts";
import { alertGroups } from "./rules.ts";
import type { Watched } from "./watched.ts";
import { objectNames } from "../names.ts";

export interface MonitoringArgs {
  namespace: pulumi.Input<string>;
  monitoring: MonitoringConfig;
  pods: PodsConfig;
  /** Image of redis_exporter. */
  exporterImage: string;
  /** The parts of the stack to monitor. */
  watched: Watched;
  redis: RedisExporterArgs["redis"];
  /** Keys the fingerprint of Redis' password. */
  secretKeyBase: pulumi.Output<string>;
}

const group = "monitoring.coreos.com/v1";

/** The API server drops empty labels, so every run would set them again. */
const labelled = (labels: Record<string, string>) => (Object.keys(labels).length === 0 ? {} : { labels });

/** Scrape targets and alerts for Prometheus, and a dashboard for Grafana. No request passes through them. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:kubernetes:Monitoring", name, {}, opts);
    this.#createExporter(name, args);
    this.#createMonitors(name, args);
    this.#createRules(name, args);
    this.#createDashboard(name, args);
    this.registerOutputs();
  }

  #createExporter(name: string, { exporterImage: image, ...args }: MonitoringArgs): void {
    new RedisExporter(`${name}-redis-exporter`, { ...args, image }, { parent: this });
  }

  #createMonitors(name: string, { namespace, monitoring, watched }: MonitoringArgs): void {
    for (const monitor of podMonitors(watched)) {
      new k8s.apiextensions.CustomResource(
        `${name}-${monitor.name}`,
        {
          apiVersion: group,
          kind: "PodMonitor",
          metadata: { name: monitor.name, namespace, ...labelled(monitoring.labels) },
          spec: monitor.spec,
        },
        { parent: this },
      );
    }
  }

  #createRules(name: string, { namespace, monitoring, watched }: MonitoringArgs): void {
    new k8s.apiextensions.CustomResource(
      `${name}-rules`,
      {
        apiVersion: group,
        kind: "PrometheusRule",
        metadata: { name: objectNames.release, namespace, ...labelled(monitoring.labels) },
        spec: renderRules(alertGroups(watched), {
          namespace: watched.namespace,
          labels: monitoring.alertLabels,
          runbookUrl: monitoring.runbookUrl,
        }),
      },
      { parent: this },
    );
  }

  #createDashboard(name: string, { namespace, monitoring, watched }: MonitoringArgs): void {
    new k8s.core.v1.ConfigMap(
      `${name}-dashboard`,
      {
        metadata: {
          name: `${objectNames.release}-dashboard`,
          namespace,
          labels: monitoring.dashboardLabels,
          annotations: { [folderAnnotation]: monitoring.dashboardFolder },
        },
        data: { "chatwoot.json": dashboard(watched) },
      },
      { parent: this },
    );
  }
}
