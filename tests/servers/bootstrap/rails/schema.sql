-- The tables of Chatwoot that the bootstrap writes, with the columns, defaults and unique indexes that matter to it.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

CREATE TABLE installation_configs (
  id bigserial PRIMARY KEY,
  name text NOT NULL UNIQUE,
  serialized_value jsonb NOT NULL DEFAULT '{}',
  locked boolean NOT NULL DEFAULT true,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE users (
  id serial PRIMARY KEY,
  type text,
  provider text NOT NULL DEFAULT 'email',
  uid text NOT NULL DEFAULT '',
  email text,
  name text NOT NULL,
  encrypted_password text NOT NULL DEFAULT '',
  confirmed_at timestamp,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL,
  UNIQUE (uid, provider)
);

CREATE TABLE access_tokens (
  id bigserial PRIMARY KEY,
  owner_type text,
  owner_id bigint,
  token text UNIQUE,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE accounts (
  id serial PRIMARY KEY,
  name text NOT NULL,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

-- Every account gets a sequence of its own for the numbers of its conversations.
CREATE FUNCTION add_conversation_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE SEQUENCE IF NOT EXISTS conv_dpid_seq_%s', NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER add_conversation_numbers AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION add_conversation_numbers();

CREATE TABLE account_users (
  id bigserial PRIMARY KEY,
  account_id bigint,
  user_id bigint,
  role integer DEFAULT 0,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL,
  UNIQUE (account_id, user_id)
);

CREATE TABLE notification_settings (
  id bigserial PRIMARY KEY,
  account_id bigint,
  user_id bigint,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL,
  UNIQUE (account_id, user_id)
);

CREATE TABLE webhooks (
  id bigserial PRIMARY KEY,
  account_id integer,
  inbox_id integer,
  url text,
  name text,
  secret text,
  subscriptions jsonb DEFAULT '["conversation_status_changed", "conversation_updated", "message_created"]',
  webhook_type integer DEFAULT 0,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL,
  UNIQUE (account_id, url)
);

CREATE TABLE channel_web_widgets (
  id serial PRIMARY KEY,
  account_id integer,
  website_url text,
  website_token text UNIQUE,
  hmac_token text UNIQUE,
  hmac_mandatory boolean DEFAULT false,
  widget_color text DEFAULT '#1f93ff',
  welcome_title text,
  welcome_tagline text,
  feature_flags integer NOT NULL DEFAULT 7,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE channel_api (
  id bigserial PRIMARY KEY,
  account_id integer NOT NULL,
  webhook_url text,
  identifier text UNIQUE,
  hmac_token text UNIQUE,
  hmac_mandatory boolean DEFAULT false,
  secret text,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE channel_email (
  id bigserial PRIMARY KEY,
  account_id integer NOT NULL,
  email text NOT NULL UNIQUE,
  forward_to_email text NOT NULL UNIQUE,
  imap_enabled boolean DEFAULT false,
  imap_address text DEFAULT '',
  imap_port integer DEFAULT 0,
  imap_login text DEFAULT '',
  imap_password text DEFAULT '',
  imap_enable_ssl boolean DEFAULT true,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE inboxes (
  id serial PRIMARY KEY,
  account_id integer NOT NULL,
  channel_id integer NOT NULL,
  channel_type text,
  name text NOT NULL,
  greeting_enabled boolean DEFAULT false,
  greeting_message text,
  enable_auto_assignment boolean DEFAULT true,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE working_hours (
  id bigserial PRIMARY KEY,
  inbox_id bigint,
  day_of_week integer NOT NULL,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE agent_bots (
  id bigserial PRIMARY KEY,
  account_id bigint,
  name text,
  description text,
  outgoing_url text,
  secret text,
  bot_type integer DEFAULT 0,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);

CREATE TABLE agent_bot_inboxes (
  id bigserial PRIMARY KEY,
  account_id integer,
  inbox_id integer,
  agent_bot_id integer,
  status integer DEFAULT 0,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL
);
