import type { AlertingRule, PrometheusRuleSpec } from "./resources.ts";

export type Severity = "info" | "warning" | "critical";

/** One level of an alert: the same meaning, more urgent. */
export interface Level {
  severity: Severity;
  /** PromQL; what it answers is what is wrong. */
  expr: string;
  /** How long it must be wrong, as `5m`. Default at once. */
  for?: string;
}

export interface Alert {
  /** Also the heading of its section on the page of runbooks. */
  name: string;
  /** One line for a phone: Prometheus' templates are filled in. */
  summary: string;
  /** What is wrong, with its numbers, and what it leads to. */
  description: string;
  levels: readonly Level[];
}

export interface AlertGroup {
  name: string;
  alerts: readonly Alert[];
}

export interface RuleOptions {
  namespace: string;
  /** Added to every alert. */
  labels: Record<string, string>;
  /** Address of the page whose headings are the alerts' names. */
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
    // The namespace also where the expression has summed it away: routes of an AlertmanagerConfig go by it.
    labels: { ...labels, severity: level.severity, namespace },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbookUrl}#${alert.name.toLowerCase()}`,
    },
  };
}

/** The same comparison at several thresholds. */
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
