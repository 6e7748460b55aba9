-- Encrypted values of each encrypted column of Chatwoot, at most 20: a row each of column, kind of encryption and value.
-- Columns that this version of Chatwoot does not have are left out. Run by psql; changes nothing.

BEGIN READ ONLY;
SET LOCAL statement_timeout = '30s';
WITH encrypted (table_name, column_name, kind) AS (
  VALUES
    ('webhooks', 'secret', 'random'),
    ('agent_bots', 'secret', 'random'),
    ('channel_api', 'secret', 'random'),
    ('channel_email', 'imap_password', 'random'),
    ('channel_email', 'smtp_password', 'random'),
    ('channel_facebook_pages', 'page_access_token', 'random'),
    ('channel_facebook_pages', 'user_access_token', 'random'),
    ('channel_instagram', 'access_token', 'random'),
    ('channel_line', 'line_channel_secret', 'random'),
    ('channel_line', 'line_channel_token', 'random'),
    ('channel_telegram', 'bot_token', 'deterministic'),
    ('channel_tiktok', 'access_token', 'random'),
    ('channel_tiktok', 'refresh_token', 'random'),
    ('channel_twilio_sms', 'auth_token', 'random'),
    ('channel_twilio_sms', 'api_key_secret', 'random'),
    ('channel_twitter_profiles', 'twitter_access_token', 'random'),
    ('channel_twitter_profiles', 'twitter_access_token_secret', 'random'),
    ('data_imports', 'access_token', 'random'),
    ('integrations_hooks', 'access_token', 'deterministic'),
    ('users', 'otp_secret', 'deterministic'),
    ('users', 'otp_backup_codes', 'random')
)
SELECT format(
  'SELECT %1$L, %2$L, %3$I FROM %4$I WHERE %3$I::text LIKE %5$L ORDER BY id DESC LIMIT 20',
  table_name || '.' || column_name, kind, column_name, table_name, '{"p":"%'
)
FROM encrypted
JOIN pg_attribute ON attrelid = to_regclass(quote_ident(table_name)) AND attname = column_name AND NOT attisdropped
ORDER BY table_name, column_name
\gexec
COMMIT;
