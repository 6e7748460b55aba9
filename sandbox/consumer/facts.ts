import pg from "pg";
import { factTypes } from "../../components/chatwoot/facts/schema.ts";

/** A consumer's record of a delivery. */
export interface Fact {
  type: keyof typeof factTypes;
  value: Record<string, unknown>;
}

export interface FactsWriter {
  write(fact: Fact): Promise<void>;
  end(): Promise<void>;
}

/** Writes facts to the tables that the program created. Connects on the first write. */
export function factsWriter(url: string): FactsWriter {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  // An idle connection that breaks must not end the process.
  pool.on("error", () => undefined);
  return {
    async write({ type, value }) {
      await pool.query("INSERT INTO dashboard_facts (fact_type, value, recorded_at) VALUES ($1, $2, now())", [
        factTypes[type],
        JSON.stringify(value),
      ]);
    },
    end: () => pool.end(),
  };
}
