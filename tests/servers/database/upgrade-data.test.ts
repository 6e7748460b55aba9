import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

const webhooks = "20260226084618_backfill_webhook_secrets";
const channels = "20260324070835_backfill_agent_bot_and_channel_api_secrets";
const templates = "20260706000000_add_inbox_scope_to_email_templates";
const faqs = "20260714123000_purge_pending_captain_assistant_responses";
const image = [webhooks, channels, templates, faqs];
const migrationNumbers = image.map((name) => name.slice(0, 14)).join(",");
const before = "20260101000000";

/** The columns of Chatwoot 4.10 that these migrations read, with one row of each kind that they accept. */
const schema = `
  CREATE TABLE schema_migrations (version text);
  INSERT INTO schema_migrations VALUES ('${before}');
  CREATE TABLE accounts (id serial PRIMARY KEY);
  INSERT INTO accounts DEFAULT VALUES;
  CREATE TABLE webhooks (id bigserial PRIMARY KEY, account_id int, url text, subscriptions jsonb);
  INSERT INTO webhooks (account_id, url, subscriptions) VALUES (1, 'http://example.com', '["message_created"]');
  CREATE TABLE channel_api (id bigserial PRIMARY KEY, account_id int, webhook_url text, additional_attributes jsonb DEFAULT '{}');
  INSERT INTO channel_api (account_id, additional_attributes) VALUES (1, '{}'), (1, '{"agent_reply_time_window": "24"}'),
    (1, '{"agent_reply_time_window": 24}'), (1, '{"agent_reply_time_window": ""}');
  CREATE TABLE agent_bots (id bigserial PRIMARY KEY, account_id int, outgoing_url text);
  INSERT INTO agent_bots (outgoing_url) VALUES ('https://example.com');
  CREATE TABLE email_templates (id bigserial PRIMARY KEY, name text, account_id int, template_type int, locale int);
  INSERT INTO email_templates (name, account_id, template_type, locale) VALUES
    ('reply', NULL, 1, 0), ('reply', NULL, 1, 1), ('reply', 1, 1, 0);
  CREATE TABLE captain_assistant_responses (id bigserial PRIMARY KEY, status int);
  INSERT INTO captain_assistant_responses (status) VALUES (1);
`;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ vector: "trusted" });
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await server.sql(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${schema}`);
});

async function prepare(migrations = image, env: Record<string, string> = {}): Promise<PreparationRun> {
  return await runPreparation({
    binFolder: server.binFolder,
    env: { DATABASE_URL: server.url, ...env },
    migrations: [`${before}_something`, ...migrations],
  });
}

test("data that every pending migration accepts", async () => {
  expect(await prepare()).toMatchObject({ exitCode: 0, output: "database check: done" });
});

/** Each with the message, in the order in which they are printed. */
const faults: [string, string][] = [
  [
    `INSERT INTO webhooks (account_id, url, subscriptions) VALUES (9, 'https://a', '["message_created"]')`,
    "webhooks: the migration 20260226084618 fails on rows with no account.",
  ],
  [
    `INSERT INTO webhooks (account_id, url, subscriptions) VALUES (1, 'ftp://a', '["message_created"]')`,
    "webhooks: the migration 20260226084618 fails on rows with a URL that is not http or https.",
  ],
  [
    `INSERT INTO webhooks (account_id, url, subscriptions) VALUES
      (1, 'https://b', '[]'), (1, 'https://c', '["message_created", "conversation_opened"]')`,
    "webhooks: the migration 20260226084618 fails on rows with no events, or events that Chatwoot no longer accepts.",
  ],
  [
    "INSERT INTO channel_api (account_id) VALUES (9)",
    "channel_api: the migration 20260324070835 fails on rows with no account.",
  ],
  [
    "INSERT INTO channel_api (account_id, webhook_url) VALUES (1, repeat('x', 2049))",
    "channel_api: the migration 20260324070835 fails on rows with a webhook URL of more than 2048 characters.",
  ],
  [
    "INSERT INTO channel_api (account_id, additional_attributes) VALUES (1, NULL)",
    "channel_api: the migration 20260324070835 fails on rows with no additional attributes.",
  ],
  [
    `INSERT INTO channel_api (account_id, additional_attributes) VALUES (1, '{"agent_reply_time_window": "0"}')`,
    "channel_api: the migration 20260324070835 fails on rows with an agent_reply_time_window that is not above 0.",
  ],
  [
    "INSERT INTO agent_bots (outgoing_url) VALUES (repeat('x', 2049))",
    "agent_bots: the migration 20260324070835 fails on rows with a URL of more than 2048 characters.",
  ],
  [
    "INSERT INTO email_templates (name, template_type, locale) VALUES ('reply', 1, 0)",
    "email_templates: the migration 20260706000000 fails on duplicates of the installation's reply/1/0.",
  ],
];

describe("data on which a pending migration fails", () => {
  beforeEach(() => server.sql(faults.map(([statement]) => statement).join(";")));

  test("is reported before it runs, with the statements that fix it", async () => {
    const { exitCode, output, rails } = await prepare();
    expect({ exitCode, rails }).toEqual({ exitCode: 1, rails: [] });
    const [count, ...lines] = output.trim().split("\n");
    expect(count).toBe(`database check: the database has ${faults.length} problems; nothing was changed:`);
    expect(lines.map((line, at) => line.slice(2, 2 + (faults[at]?.[1].length ?? 0)))).toEqual(
      faults.map(([, message]) => message),
    );
    const rows = lines.map((line) => /IN \(([\d, ]+)\);$/.exec(line)?.[1]);
    expect(rows).toEqual(["2", "3", "4, 5", "5", "6", "7", "8", "2", "1"]);
    const fixes = lines.map((line) => /: ((?:DELETE|UPDATE) .*;)$/.exec(line)![1]!);
    await server.sql(fixes.join("\n").replace("outgoing_url = ...", "outgoing_url = 'https://a'"));
    expect(await prepare()).toMatchObject({ exitCode: 0, output: "database check: done" });
  });

  test.each<[string, Parameters<typeof prepare>, string]>([
    ["if the image has no such migration", [[]], "SELECT"],
    ["if the migrations have run", [], `INSERT INTO schema_migrations SELECT unnest('{${migrationNumbers}}'::text[])`],
    ["if the image is confirmed", [image, { UPGRADE_CHECK: "off" }], "SELECT"],
  ])("is accepted %s", async (_what, args, statement) => {
    await server.sql(statement);
    expect(await prepare(...args)).toMatchObject({ exitCode: 0, output: "database check: done" });
  });
});

test("pending Captain FAQs, which the migration deletes, are counted", async () => {
  await server.sql("INSERT INTO captain_assistant_responses (status) VALUES (0), (0)");
  const { exitCode, output } = await prepare();
  expect(exitCode).toBe(0);
  expect(output).toMatch(
    /^database check: warning: captain_assistant_responses: the migration 20260714123000 deletes the 2 pending Captain FAQs\./,
  );
  await server.sql("INSERT INTO schema_migrations VALUES ('20260714123000')");
  expect((await prepare()).output).toBe("database check: done");
});

test("tables that do not exist yet", async () => {
  await server.sql("DROP TABLE webhooks, channel_api, agent_bots, email_templates, captain_assistant_responses");
  expect(await prepare()).toMatchObject({ exitCode: 0, output: "database check: done" });
});
