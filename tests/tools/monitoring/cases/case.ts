import type { Severity } from "../../../../components/kubernetes/monitoring/alert.ts";

/** An alert that must fire, at one severity. */
export interface Fires {
  severity: Severity;
  /** Labels in addition to the severity and those of every alert. */
  labels?: Record<string, string>;
  /** The value in its texts. */
  shown?: string;
}

/** The samples in Prometheus, one per minute, and the alert's state `at` that moment. */
export interface Situation {
  what: string;
  series: Record<string, string>;
  at: string;
  fires: Fires[];
}

export interface AlertCase {
  alert: string;
  /** The evaluation interval of the rule. Default: 1m, which takes seconds for a test of days. */
  interval?: string;
  situations: Situation[];
}

export const quiet = (what: string, at: string, series: Record<string, string>): Situation => ({
  what,
  at,
  series,
  fires: [],
});

export const firing = (what: string, at: string, series: Record<string, string>, ...fires: Fires[]): Situation => ({
  what,
  at,
  series,
  fires,
});

/** A metric of an instance of the database. */
export const instance = (metric: string, pod: number, more = ""): string =>
  `${metric}{namespace="chatwoot",pod="chatwoot-db-${pod}"${more}}`;

/** A metric of the namespace. */
export const own = (metric: string, more = ""): string => `${metric}{namespace="chatwoot"${more}}`;
