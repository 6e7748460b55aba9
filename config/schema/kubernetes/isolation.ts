import { z } from "zod";
import { dnsLabel, labelValue, qualifiedName, text, whole } from "../words.ts";

const port = whole(1, 65535);
const cidr = z.cidrv4("is not a valid IPv4 network. Write it as 10.0.0.0/8");

/** Traffic that the NetworkPolicies allow; all other traffic is blocked. */
export const networkPolicies = z.strictObject({
  /** Whether the stack creates NetworkPolicies. Set it to false if the cluster's network does not support them. Default: true. */
  enabled: z.boolean("is not true or false. Write true or false").default(true),
  /** Namespace of the ingress controller or of the Gateway's proxies. Default: ingress-nginx. */
  ingressNamespace: dnsLabel.default("ingress-nginx"),
  /** Networks that visitors' traffic comes from, if not from pods: of load balancers, or of nodes whose network the controller uses. Default: none. */
  ingressNetworks: z.array(cidr).default([]),
  /** Namespace of Prometheus. Default: monitoring. */
  monitoringNamespace: dnsLabel.default("monitoring"),
  /** Namespace of the CloudNativePG operator. Default: cnpg-system. */
  operatorNamespace: dnsLabel.default("cnpg-system"),
  /** Ports of the API server behind its Service. Default: those in the cluster, and 443 and 6443. */
  apiServerPorts: z.array(port).optional(),
  /** Where DNS answers. Default: where it does in the cluster, otherwise port 53 in `kube-system`. */
  dns: z
    .strictObject({
      /** Namespace of the pods. */
      namespace: dnsLabel,
      /** Ports of the pods, which may differ from the Service's. Default: 53. */
      ports: z.array(port).min(1, "is empty. Add a port, for instance 53").default([53]),
    })
    .optional(),
  /** Private networks that pods may reach, for instance that of an issuer or a bucket. Default: none. */
  allowedNetworks: z.array(cidr).default([]),
});

/**
 * Whether Chatwoot's pods run as a user other than root. With `true`, web, worker and preparation run on
 * a read-only root, and the namespace enforces Pod Security `restricted`. A change restarts them. Default: false.
 */
export const runAsNonRoot = z.boolean("is not true or false. Write true or false").default(false);

/** Operators that the stack installs. Enable only those that the cluster does not have. */
export const install = z.strictObject({
  /** CloudNativePG, the PostgreSQL operator. Default: false. */
  cloudNativePg: z.boolean("is not true or false. Write true or false").default(false),
  /** CloudNativePG's plugin for backups, which needs cert-manager. Default: false. */
  barmanPlugin: z.boolean("is not true or false. Write true or false").default(false),
  /** cert-manager, which issues certificates. Default: false. */
  certManager: z.boolean("is not true or false. Write true or false").default(false),
});

const alertLabel = z
  .string()
  .regex(
    /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/,
    "is not a valid label name in Prometheus. Use letters, digits and underscores, with a letter first",
  )
  .refine(
    (label) => !["alertname", "namespace", "severity"].includes(label),
    "is a label that the stack sets. Choose another name",
  );

/** Metrics and alerts for the Prometheus operator, and a dashboard for Grafana's sidecar. */
export const monitoring = z.strictObject({
  /** Labels by which the operator selects its objects, for instance { release: kube-prometheus-stack }. */
  labels: z.record(qualifiedName, labelValue).default({}),
  /** Additional labels of every alert, for routing. */
  alertLabels: z.record(alertLabel, z.string()).default({}),
  /** Labels by which Grafana's sidecar finds dashboards. Default: `grafana_dashboard: "1"`. */
  dashboardLabels: z.record(qualifiedName, labelValue).default({ grafana_dashboard: "1" }),
  /** Folder for the dashboard. Default: Chatwoot. */
  dashboardFolder: text.default("Chatwoot"),
  /** URL of docs/kubernetes/monitoring.md, for the link in every alert. Default: its path. */
  runbookUrl: text.default("docs/kubernetes/monitoring.md"),
});

export type NetworkPoliciesConfig = z.output<typeof networkPolicies>;
export type InstallConfig = z.output<typeof install>;
export type MonitoringConfig = z.output<typeof monitoring>;
