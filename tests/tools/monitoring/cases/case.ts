import type { Severity } from "../../../../components/kubernetes/monitoring/alert.ts";

/** An alert that must be there, at one level. */
export interface Fires {
  severity: Severity;
  /** Labels beside the severity and those of every alert. */
  labels?: Record<string, string>;
  /** What stands in its texts for the value. */
  shown?: string;
}

/** What Prometheus has read, a sample each minute, and what of one alert there is `at` that moment. */
export interface Situation {
  what: string;
  series: Record<string, string>;
  at: string;
  fires: Fires[];
}

export interface AlertCase {
  alert: string;
  /** How often the rule is looked at. Default 1m; days of minutes take seconds to test. */
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
