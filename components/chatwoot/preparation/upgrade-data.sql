-- Data on which a pending migration fails, and data that one deletes: a row each of kind and text. psql runs it with a
-- variable for each migration, which is true while the migration is pending. Changes nothing.

BEGIN READ ONLY;
SET LOCAL statement_timeout = '30s';
SELECT
  :'pending_20260226084618' = 'true' AND to_regclass('webhooks') IS NOT NULL AS checks_webhooks,
  :'pending_20260324070835' = 'true' AND to_regclass('channel_api') IS NOT NULL AS checks_channels,
  :'pending_20260324070835' = 'true' AND to_regclass('agent_bots') IS NOT NULL AS checks_bots,
  :'pending_20260706000000' = 'true' AND to_regclass('email_templates') IS NOT NULL AS checks_templates,
  :'pending_20260714123000' = 'true' AND to_regclass('captain_assistant_responses') IS NOT NULL AS checks_faqs \gset

-- The migration saves every webhook with Chatwoot's validations.
\if :checks_webhooks
WITH fault (id, place, reason) AS (
  SELECT id, 1, 'no account' FROM webhooks AS webhook
  WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.id = webhook.account_id)
  UNION ALL
  SELECT id, 2, 'a URL that is not http or https' FROM webhooks WHERE url IS NULL OR url !~* 'https?:[^[:space:]]'
  UNION ALL
  SELECT id, 3, 'no events, or events that Chatwoot no longer accepts' FROM webhooks
  WHERE CASE
    WHEN jsonb_typeof(subscriptions) IS DISTINCT FROM 'array' OR subscriptions = '[]' THEN true
    ELSE EXISTS (
      SELECT FROM jsonb_array_elements_text(subscriptions) AS event
      WHERE event NOT IN (
        'conversation_status_changed', 'conversation_updated', 'conversation_created', 'contact_created',
        'contact_updated', 'message_created', 'message_updated', 'webwidget_triggered', 'inbox_created',
        'inbox_updated', 'conversation_typing_on', 'conversation_typing_off'
      )
    )
  END
)
SELECT 'problem', format(
  'webhooks: the migration 20260226084618 fails on rows with %s. Correct or delete them: DELETE FROM webhooks WHERE id IN (%s);',
  reason, string_agg(id::text, ', ' ORDER BY id)
)
FROM fault GROUP BY place, reason ORDER BY place;
\endif

-- The migration saves every API inbox and every bot with Chatwoot's validations.
\if :checks_channels
WITH fault (id, place, reason, remedy) AS (
  SELECT id, 1, 'no account', 'Delete them: DELETE FROM channel_api' FROM channel_api AS channel
  WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.id = channel.account_id)
  UNION ALL
  SELECT id, 2, 'a webhook URL of more than 2048 characters', 'Remove it: UPDATE channel_api SET webhook_url = NULL'
  FROM channel_api WHERE length(webhook_url) > 2048
  UNION ALL
  SELECT id, 3, 'no additional attributes', 'Set them: UPDATE channel_api SET additional_attributes = ''{}'''
  FROM channel_api WHERE additional_attributes IS NULL
  UNION ALL
  SELECT id, 4, 'an agent_reply_time_window that is not above 0',
    'Remove it: UPDATE channel_api SET additional_attributes = additional_attributes - ''agent_reply_time_window'''
  FROM channel_api CROSS JOIN LATERAL (SELECT additional_attributes ->> 'agent_reply_time_window') AS setting (hours)
  WHERE hours ~ '[^[:space:]]' AND coalesce(substring(hours FROM '^\s*\+?([0-9]+)')::numeric, 0) = 0
)
SELECT 'problem', format(
  'channel_api: the migration 20260324070835 fails on rows with %s. %s WHERE id IN (%s);',
  reason, remedy, string_agg(id::text, ', ' ORDER BY id)
)
FROM fault GROUP BY place, reason, remedy ORDER BY place;
\endif

\if :checks_bots
SELECT 'problem', format(
  'agent_bots: the migration 20260324070835 fails on rows with a URL of more than 2048 characters. '
  'Shorten it: UPDATE agent_bots SET outgoing_url = ... WHERE id IN (%s);',
  string_agg(id::text, ', ' ORDER BY id)
)
FROM agent_bots WHERE length(outgoing_url) > 2048 HAVING count(*) > 0;
\endif

\if :checks_templates
WITH template AS (
  SELECT
    format('%s/%s/%s', name, template_type, locale) AS label, id,
    row_number() OVER (PARTITION BY name, template_type, locale ORDER BY id DESC) AS place
  FROM email_templates WHERE account_id IS NULL
)
SELECT 'problem', format(
  'email_templates: the migration 20260706000000 fails on duplicates of the installation''s %s. '
  'Keep one of each; to keep the newest: DELETE FROM email_templates WHERE id IN (%s);',
  string_agg(DISTINCT label, ', '), string_agg(id::text, ', ' ORDER BY id)
)
FROM template WHERE place > 1 HAVING count(*) > 0;
\endif

\if :checks_faqs
SELECT 'warning', format(
  'captain_assistant_responses: the migration 20260714123000 deletes the %s pending Captain FAQs. '
  'To keep them, approve them under Captain, FAQs, before you deploy.',
  count(*)
)
FROM captain_assistant_responses WHERE status = 0 HAVING count(*) > 0;
\endif
COMMIT;
