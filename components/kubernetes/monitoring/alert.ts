import type { AlertingRule, PrometheusRuleSpec } from "./resources.ts";

export type Severity = "info" | "warning" | "critical";

/** One level of an alert: the same condition, more urgent. */
export interface Level {
  severity: Severity;
  /** PromQL; each result is a problem. */
  expr: string;
  /** How long the condition must hold, as `5m`. Default: 0, the alert fires at once. */
  for?: string;
}

export interface Alert {
  /** Also the heading of its section on the runbook page. */
  name: string;
  /** One line for a phone; Prometheus fills in the templates. */
  summary: string;
  /** The problem with its numbers, and its consequence. */
  description: string;
  levels: readonly Level[];
}

export interface AlertGroup {
  name: string;
  alerts: readonly Alert[];
}

export interface RuleOptions {
  namespace: string;
  /** Labels added to every alert. */
  labels: Record<string, string>;
  /** Address of the runbook page, whose headings are the alerts' names. */
  runbookUrl: string;
}

export function renderRules(groups: readonly AlertGroup[], options: RuleOptions): PrometheusRuleSpec {
  return {
    groups: groups.map(({ name, alerts }) => ({
      name: `chatwoot-${name}`,
      rules: alerts.flatMap((alert) => alert.levels.map((level) => renderRule(alert, level, options))),
    })),
  };
}

function renderRule(alert: Alert, level: Level, { namespace, labels, runbookUrl }: RuleOptions): AlertingRule {
  return {
    alert: alert.name,
    expr: level.expr,
    ...(level.for === undefined ? {} : { for: level.for }),
    // Also if the expression drops the namespace, because the routes of an AlertmanagerConfig match it.
    labels: { ...labels, severity: level.severity, namespace },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbookUrl}#${alert.name.toLowerCase()}`,
    },
  };
}

/** The same comparison with several thresholds. */
export function levels(
  value: string,
  comparison: ">" | "<",
  ...thresholds: [severity: Severity, threshold: number, duration: string][]
): Level[] {
  return thresholds.map(([severity, threshold, duration]) => ({
    severity,
    expr: `${value} ${comparison} ${threshold}`,
    for: duration,
  }));
}
