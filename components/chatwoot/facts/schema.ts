/** What the queries of this program, and those of the runbooks, find in the database of the facts. */
export interface FactsTable {
  name: string;
  /** Types that do, by column, as `format_type` writes them. */
  columns: Record<string, readonly string[]>;
  /** Columns that an index must begin with. */
  indexes: readonly (readonly string[])[];
}

const json = ["jsonb", "json"];
const moment = ["timestamp with time zone", "timestamp without time zone"];
const words = ["text", "character varying"];
const number = ["numeric", "double precision", "real", "integer", "bigint"];
const count = ["integer", "bigint", "numeric"];

/**
 * A table that somebody else made may have more columns, and times without a zone: those are taken for UTC. Names of
 * indexes do not matter.
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

/** The names of facts, as the consumer of the webhook writes them. */
export const factTypes = { delivery: "support.webhook.retry", deadLetter: "support.webhook.dead_letter" } as const;
