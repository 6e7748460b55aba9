/**
 * The fields of the Prometheus operator's objects that this program sets
 * (https://prometheus-operator.dev/docs/api-reference/api/). Typed, because the API server drops unknown fields
 * silently.
 */
export interface RelabelConfig {
  action?: "replace" | "keep" | "drop" | "labeldrop";
  sourceLabels?: string[];
  targetLabel?: string;
  regex?: string;
  replacement?: string;
}

export interface PodMonitorSpec {
  selector: { matchLabels: Record<string, string> };
  podMetricsEndpoints: {
    /** Name of the container's port. */
    port: string;
    interval: string;
    scrapeTimeout?: string;
    metricRelabelings?: RelabelConfig[];
  }[];
}

export interface AlertingRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface PrometheusRuleSpec {
  groups: { name: string; rules: AlertingRule[] }[];
}
