-- Outside of a transaction, so that a table in use goes on being written to.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dashboard_facts_fact_type_recorded_at_idx ON dashboard_facts (fact_type, recorded_at)
