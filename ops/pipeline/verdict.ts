import type { SchemaProblem } from "../../components/chatwoot/facts/drift.ts";
import type { SupportTargets } from "../../config/schema/support.ts";
import type { Measured } from "./measure.ts";
import { milliseconds, percent, plural } from "./words.ts";

export type State = "ok" | "wrong" | "unknown";

export interface Check {
  name: "schema" | "deliveries" | "success rate" | "dead letters" | "response";
  state: State;
  /** The finding, as text. */
  found: string;
}

export interface Judged {
  targets: SupportTargets;
  /** Undefined if the tables cannot be queried. */
  measured: Measured | undefined;
  schema: readonly SchemaProblem[];
  /** Accept few deliveries, as at night. */
  allowQuiet: boolean;
}

/** Runs every check, in order. A rate without deliveries is unknown. */
export function judge({ targets, measured, schema, allowQuiet }: Judged): Check[] {
  const checks = [checkSchema(schema)];
  if (measured === undefined)
    return [
      ...checks,
      ...(["deliveries", "success rate", "dead letters", "response"] as const).map((name): Check => ({
        name,
        state: "unknown",
        found: "cannot be measured without the table",
      })),
    ];
  const { deliveries, unreadable, deadLetters } = measured;
  const few = deliveries < targets.minimumDeliveries;
  return [
    ...checks,
    {
      name: "deliveries",
      state: (few && !allowQuiet) || unreadable > 0 ? "wrong" : "ok",
      found:
        plural(deliveries, "delivery", "deliveries") +
        (few ? ` (minimum: ${targets.minimumDeliveries})` : "") +
        (unreadable > 0 ? `, ${unreadable} without success or durationMs` : ""),
    },
    checkRate(measured, targets),
    {
      name: "dead letters",
      state: deadLetters <= targets.deadLetters ? "ok" : "wrong",
      found: `${deadLetters} (target: ${targets.deadLetters === 0 ? "none" : `at most ${targets.deadLetters}`})`,
    },
    checkResponse(measured, targets),
  ];
}

export function isHealthy(checks: readonly Check[], allowQuiet: boolean): boolean {
  return checks.every(({ state }) => state === "ok" || (state === "unknown" && allowQuiet));
}

function checkSchema(schema: readonly SchemaProblem[]): Check {
  return {
    name: "schema",
    state: schema.length === 0 ? "ok" : "wrong",
    found:
      schema.length === 0
        ? "every table, column and index exists"
        : schema.map(({ table, problem }) => `${table} ${problem}`).join("; "),
  };
}

function checkRate({ successRate }: Measured, { successRatePercent }: SupportTargets): Check {
  const target = `(target: over ${successRatePercent} %)`;
  if (successRate === null) return { name: "success rate", state: "unknown", found: `nothing delivered ${target}` };
  const state = successRate > successRatePercent ? "ok" : "wrong";
  return { name: "success rate", state, found: `${percent(successRate)} ${target}` };
}

function checkResponse({ averageMs, p95Ms }: Measured, { averageResponseMs }: SupportTargets): Check {
  const target = `(target: under ${averageResponseMs} ms)`;
  if (averageMs === null) return { name: "response", state: "unknown", found: `nothing measured ${target}` };
  const state = averageMs < averageResponseMs ? "ok" : "wrong";
  const found = `${milliseconds(averageMs)} average, 95 % in ${milliseconds(p95Ms)} ${target}`;
  return { name: "response", state, found };
}
