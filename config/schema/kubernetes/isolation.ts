import { z } from "zod";
import { dnsLabel, text } from "../words.ts";

const cidr = z.cidrv4("is not a network. Write it as 10.0.0.0/8");

/** Where the traffic comes from and goes to that NetworkPolicies let through; all else is refused. */
export const networkPolicies = z.strictObject({
  /** False where the cluster's network has no policies. Default true. */
  enabled: z.boolean("is not true or false. Write true or false").default(true),
  /** Namespace of the ingress controller or the Gateway's proxies. Default ingress-nginx. */
  ingressNamespace: dnsLabel.default("ingress-nginx"),
  /** Namespace of Prometheus. Default monitoring. */
  monitoringNamespace: dnsLabel.default("monitoring"),
  /** Namespace of the CloudNativePG operator. Default cnpg-system. */
  operatorNamespace: dnsLabel.default("cnpg-system"),
  /** Networks inside that pods may still reach, such as an issuer or a bucket on a private address. Default none. */
  allowedNetworks: z.array(cidr).default([]),
});

/**
 * What runs the pods of Chatwoot. The image is built for root; as an ordinary user it needs folders to write to, which
 * it then gets.
 */
export const runAsNonRoot = z.boolean("is not true or false. Write true or false").default(false);

/** Operators that this stack installs, where nobody else has. */
export const install = z.strictObject({
  /** The operator of PostgreSQL. */
  cloudNativePg: z.boolean("is not true or false. Write true or false").default(false),
  /** The plugin for backups. It needs cert-manager. */
  barmanPlugin: z.boolean("is not true or false. Write true or false").default(false),
  /** Issues the certificates. */
  certManager: z.boolean("is not true or false. Write true or false").default(false),
});

/** Metrics and alerts for the Prometheus operator, and a dashboard for Grafana's sidecar. */
export const monitoring = z.strictObject({
  /** What the operator selects its objects by, for instance { release: kube-prometheus-stack }. */
  labels: z.record(z.string(), z.string()).default({}),
  /** Added to every alert, for whoever routes them. */
  alertLabels: z.record(z.string(), z.string()).default({}),
  /** Label by which Grafana's sidecar finds dashboards. Default grafana_dashboard: "1". */
  dashboardLabels: z.record(z.string(), z.string()).default({ grafana_dashboard: "1" }),
  /** Folder for the dashboard. Default Chatwoot. */
  dashboardFolder: text.default("Chatwoot"),
  /** Where people read docs/kubernetes/monitoring.md, for the link of every alert. Default its path. */
  runbookUrl: text.default("docs/kubernetes/monitoring.md"),
});

export type NetworkPoliciesConfig = z.output<typeof networkPolicies>;
export type InstallConfig = z.output<typeof install>;
export type MonitoringConfig = z.output<typeof monitoring>;
