-- A database like Chatwoot's: many tables, what its triggers make at run time, and values that are hard to carry.
CREATE EXTENSION vector;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION pg_stat_statements;
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20250101000000'), ('20251121094500');
CREATE TABLE accounts (id serial PRIMARY KEY, name text NOT NULL, custom_attributes jsonb DEFAULT '{}', feature_flags bigint DEFAULT 0);
CREATE TABLE conversations (
  id serial PRIMARY KEY, account_id integer NOT NULL REFERENCES accounts, display_id integer NOT NULL,
  uuid uuid NOT NULL DEFAULT gen_random_uuid(), snoozed_until timestamp, UNIQUE (account_id, display_id));
CREATE FUNCTION accounts_after_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('CREATE SEQUENCE IF NOT EXISTS conv_dpid_seq_%s', NEW.id); RETURN NULL; END $$;
CREATE TRIGGER accounts_after_insert AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION accounts_after_insert();
CREATE FUNCTION conversations_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.display_id := nextval('public.conv_dpid_seq_' || NEW.account_id); RETURN NEW; END $$;
CREATE TRIGGER conversations_before_insert BEFORE INSERT ON conversations FOR EACH ROW EXECUTE FUNCTION conversations_before_insert();
CREATE TYPE message_kind AS ENUM ('incoming', 'outgoing', 'private note');
CREATE TABLE messages (
  id bigserial PRIMARY KEY, conversation_id integer NOT NULL REFERENCES conversations ON DELETE CASCADE, kind message_kind,
  content text, content_attributes jsonb, labels text[], score numeric(12, 5), created_at timestamp(6) NOT NULL);
CREATE INDEX ON messages USING gin (content gin_trgm_ops);
CREATE TABLE active_storage_blobs (id bigserial PRIMARY KEY, key text UNIQUE, checksum bytea);
CREATE TABLE article_embeddings (id bigserial PRIMARY KEY, term text, embedding vector(1536));
CREATE TABLE "Odd ""name"" (x)" ("select" integer, "with,comma" text);
CREATE TABLE empty_table (id integer);
INSERT INTO accounts (name, custom_attributes)
  SELECT 'Account ' || i, jsonb_build_object('n', i, 'text', E'a\\b\n"q" \t \u00e9\u4e2d\U0001F600') FROM generate_series(1, 7) i;
INSERT INTO conversations (account_id) SELECT 1 + i % 7 FROM generate_series(1, 3000) i;
INSERT INTO messages (conversation_id, kind, content, content_attributes, labels, score, created_at)
  SELECT 1 + i % 3000, (ARRAY['incoming', 'outgoing', 'private note']::message_kind[])[1 + i % 3],
         CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN E'\\.\nCOPY public.x (a) FROM stdin;\nline ' || i
                    WHEN 2 THEN E'\u0130stanbul \U0001F680 ' || md5(i::text) ELSE repeat(md5(i::text), 4) END,
         jsonb_build_object('i', i), ARRAY['a,b', NULL, E'"\\'], i / 7.0, '2025-01-01'::timestamp + i * interval '1 minute'
  FROM generate_series(1, :messages) i;
INSERT INTO active_storage_blobs (key, checksum) SELECT md5(i::text), decode(md5(i::text) || '00ff5c2e0a', 'hex') FROM generate_series(1, 500) i;
INSERT INTO article_embeddings (term, embedding)
  SELECT 't' || i, ('[' || (SELECT string_agg(round(sin(i * j)::numeric, 6)::text, ',') FROM generate_series(1, 1536) j) || ']')::vector
  FROM generate_series(1, 40) i;
INSERT INTO "Odd ""name"" (x)" VALUES (1, 'one'), (NULL, E'two\r\nlines');
CREATE VIEW open_conversations AS SELECT id, account_id FROM conversations WHERE snoozed_until IS NULL;
DO $$ BEGIN
  FOR i IN 1..80 LOOP
    EXECUTE format('CREATE TABLE filler_%s (id serial PRIMARY KEY, value text)', i);
    EXECUTE format('INSERT INTO filler_%s (value) SELECT md5(j::text) FROM generate_series(1, %s) j', i, i);
  END LOOP;
END $$;
-- What a provider keeps beside it, and no user may restore.
CREATE SCHEMA auth;
CREATE TABLE auth.users (id integer);
INSERT INTO auth.users VALUES (1);
COMMENT ON SCHEMA public IS 'standard public schema';
