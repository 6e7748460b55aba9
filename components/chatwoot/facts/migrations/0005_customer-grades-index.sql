-- Outside of a transaction, so that a table in use goes on being written to.
CREATE INDEX CONCURRENTLY IF NOT EXISTS customer_grades_created_at_idx ON customer_grades (created_at)
