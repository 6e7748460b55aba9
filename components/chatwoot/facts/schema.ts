/** A table of the facts, as the queries of this program and of the runbooks need it. */
export interface FactsTable {
  name: string;
  /** Accepted types of each column, as in `format_type`. */
  columns: Record<string, readonly string[]>;
  /** Columns that an index must start with. */
  indexes: readonly (readonly string[])[];
}

const json = ["jsonb", "json"];
const moment = ["timestamp with time zone", "timestamp without time zone"];
const words = ["text", "character varying"];
const number = ["numeric", "double precision", "real", "integer", "bigint"];
const count = ["integer", "bigint", "numeric"];

/**
 * A table that was created elsewhere may have more columns, and times without a zone, which are read as UTC. Index names
 * are not compared.
 */
export const factsTables: readonly FactsTable[] = [
  {
    name: "dashboard_facts",
    columns: { fact_type: words, value: json, recorded_at: moment },
    indexes: [["fact_type", "recorded_at"]],
  },
  { name: "customer_grades", columns: { created_at: moment }, indexes: [["created_at"]] },
  {
    name: "support_baseline",
    columns: {
      captured_at: moment,
      success_rate: number,
      avg_response_ms: number,
      requests_per_minute: number,
      daily_dlq_count: count,
    },
    indexes: [],
  },
];

/** Fact types that the consumer of the webhook writes. */
export const factTypes = { delivery: "support.webhook.retry", deadLetter: "support.webhook.dead_letter" } as const;
