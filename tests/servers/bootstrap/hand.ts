/** The content of Chatwoot that a user sees: names and values, without ids, times and random values. */
export interface Hand {
  /** The result of one query, parsed. */
  rows<Row = unknown>(query: string): Promise<Row[]>;
  /** Everything that the configuration decides. */
  seen(): Promise<unknown>;
}

const plain = (column: string) => `reverse(split_part(${column}, ':', 3))`;

const queries = {
  settings:
    "SELECT name, serialized_value -> 'value' AS value FROM installation_configs WHERE NOT locked ORDER BY name",
  users: "SELECT email, name, type, confirmed_at IS NOT NULL AS confirmed FROM users ORDER BY email",
  tokens: `SELECT u.email, t.token FROM access_tokens t JOIN users u ON t.owner_type = 'User' AND t.owner_id = u.id
           WHERE u.email LIKE 'api@%'`,
  accounts: "SELECT name FROM accounts ORDER BY name",
  memberships: `SELECT u.email, a.name, m.role FROM account_users m JOIN users u ON u.id = m.user_id
                JOIN accounts a ON a.id = m.account_id ORDER BY 1`,
  notifications: `SELECT u.email, a.name FROM notification_settings s JOIN users u ON u.id = s.user_id
                  JOIN accounts a ON a.id = s.account_id ORDER BY 1`,
  webhooks: `SELECT url, name, subscriptions, ${plain("secret")} AS secret FROM webhooks ORDER BY url`,
  inboxes: `SELECT i.name, i.channel_type, i.greeting_enabled, i.greeting_message, b.name AS bot,
              to_jsonb(w) - '{id,account_id,created_at,updated_at,website_token,hmac_token}'::text[] AS website,
              to_jsonb(p) - '{id,account_id,created_at,updated_at,identifier,hmac_token,secret}'::text[] AS api,
              to_jsonb(e) - '{id,account_id,created_at,updated_at,imap_password}'::text[] AS email,
              ${plain("p.secret")} AS secret, ${plain("e.imap_password")} AS imap_password
            FROM inboxes i
            LEFT JOIN agent_bot_inboxes l ON l.inbox_id = i.id LEFT JOIN agent_bots b ON b.id = l.agent_bot_id
            LEFT JOIN channel_web_widgets w ON i.channel_type = 'Channel::WebWidget' AND w.id = i.channel_id
            LEFT JOIN channel_api p ON i.channel_type = 'Channel::Api' AND p.id = i.channel_id
            LEFT JOIN channel_email e ON i.channel_type = 'Channel::Email' AND e.id = i.channel_id ORDER BY i.name`,
  agentBots: `SELECT name, outgoing_url, description, ${plain("secret")} AS secret FROM agent_bots ORDER BY name`,
};

export function handOf(sql: (text: string) => Promise<string>): Hand {
  const rows = async <Row>(query: string): Promise<Row[]> =>
    JSON.parse(await sql(`SELECT coalesce(json_agg(q), '[]') FROM (${query}) q`)) as Row[];
  return {
    rows,
    seen: async () =>
      Object.fromEntries(
        await Promise.all(Object.entries(queries).map(async ([key, query]) => [key, await rows(query)])),
      ),
  };
}
