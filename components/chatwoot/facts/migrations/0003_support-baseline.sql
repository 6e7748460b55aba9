-- What later measurements are compared with.
DO $$
BEGIN
  IF to_regclass('support_baseline') IS NULL THEN
    CREATE TABLE support_baseline (
      captured_at timestamptz DEFAULT now(),
      success_rate numeric,
      avg_response_ms numeric,
      requests_per_minute numeric,
      daily_dlq_count integer
    );
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
      REVOKE ALL ON support_baseline FROM anon;
    END IF;
  END IF;
END $$;
