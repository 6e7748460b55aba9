import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handOf } from "./hand.ts";
import { plantedValues, wantedOf } from "./wanted.ts";
import { startWorld, type BootstrapRun, type Database, type Wanted, type World } from "./world.ts";

const onboarding = "alfred:CHATWOOT_INSTALLATION_ONBOARDING";
const cached = "alfred:V1:GLOBAL_CONFIG:ENABLE_ACCOUNT_SIGNUP";

let world: World;
let database: Database;

beforeAll(async () => {
  world = await startWorld(handOf);
});
afterAll(() => world?.stop());

const changing = /: (made|closed|written|removed|taken off|changed .*)$/;

/** Runs it, and expects it to succeed without printing a secret. */
async function bootstrap(wanted: Wanted): Promise<BootstrapRun> {
  const run = await database.run(wanted);
  for (const secret of plantedValues(wanted)) expect(run.output).not.toContain(secret);
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.lines.at(-1)).toBe(`done, ${run.lines.filter((line) => changing.test(line)).length} changed`);
  return run;
}

/** A database in which it has run once. */
async function deployed(wanted = wantedOf()): Promise<void> {
  database = await world.database();
  await bootstrap(wanted);
}

describe("the first run", () => {
  let run: BootstrapRun;
  beforeAll(async () => {
    database = await world.database();
    await world.redis("SET", onboarding, "true");
    await world.redis("SET", cached, '{"value": true}');
    run = await bootstrap(wantedOf());
  });

  test("prints the names of what it created", () => {
    expect(run.lines).toMatchSnapshot();
  });

  test("prints nothing else, whatever Rails logs", () => {
    expect(run.output.trim().split("\n")).toHaveLength(run.lines.length);
  });

  test("creates everything in the configuration", async () => {
    expect(await database.hand.seen()).toMatchSnapshot();
  });

  test("closes the onboarding, and leaves no old setting in the cache", async () => {
    expect(await world.redis("EXISTS", onboarding, cached)).toBe("0");
  });

  test("sends no mail", async () => {
    expect(await world.redis("EXISTS", "mails")).toBe("0");
  });

  test("the second run writes nothing", async () => {
    const before = await database.versions();
    const { lines } = await bootstrap(wantedOf());
    expect(lines).toEqual(["done, 0 changed"]);
    expect(await database.versions()).toBe(before);
  });

  test("closes a page that was opened again", async () => {
    await world.redis("SET", onboarding, "true");
    expect((await bootstrap(wantedOf())).lines).toEqual(["onboarding page: closed", "done, 1 changed"]);
    expect(await world.redis("EXISTS", onboarding)).toBe("0");
  });
});

describe("an existing admin", () => {
  const row = (type: string, confirmed: string) => `
    INSERT INTO users (type, uid, email, name, encrypted_password, confirmed_at, created_at, updated_at)
    VALUES (${type}, 'admin@hotrodan.com', 'admin@hotrodan.com', 'Ada', 'chosen', ${confirmed}, now(), now())`;
  const found = () =>
    database.hand.rows(
      "SELECT type, name, encrypted_password, confirmed_at IS NOT NULL AS confirmed FROM users WHERE name <> 'API'",
    );

  test.each([
    ["as an agent", "NULL", "now()", ["super admin: changed type"]],
    ["as an unconfirmed agent", "NULL", "NULL", ["super admin: changed confirmed_at, type"]],
    ["as super admin", "'SuperAdmin'", "now()", []],
  ])("%s keeps name and password", async (_what, type, confirmed, lines) => {
    database = await world.database();
    await database.sql(row(type, confirmed));
    const run = await bootstrap(wantedOf());
    expect(run.lines.filter((line) => line.startsWith("super admin:"))).toEqual(lines);
    expect(await found()).toEqual([{ type: "SuperAdmin", name: "Ada", encrypted_password: "chosen", confirmed: true }]);
  });

  test("becomes administrator if a member", async () => {
    await deployed();
    await database.sql("UPDATE account_users SET role = 0 WHERE user_id IN (SELECT id FROM users WHERE name <> 'API')");
    expect((await bootstrap(wantedOf())).lines).toEqual([
      "membership of the super admin: changed role",
      "done, 1 changed",
    ]);
  });

  test("is kept beside another one when the configuration changes", async () => {
    await deployed();
    const { lines } = await bootstrap(wantedOf(({ config }) => (config.admin.email = "grace@example.com")));
    expect(lines).toEqual(["super admin: made", "membership of the super admin: made", "done, 2 changed"]);
    // The service user is kept, though its address would differ now.
    expect(await database.sql("SELECT count(*) FROM users WHERE name = 'API'")).toBe("1");
  });
});

describe("a replaced secret", () => {
  test.each([
    ["the API token", (wanted: Wanted) => (wanted.secrets.apiToken = "plantedApiToken00000000000000002"), 1],
    // Two webhooks, the channel of an inbox, and a bot.
    ["the webhook secret", (wanted: Wanted) => (wanted.secrets.webhookSecret = "plantedWebhookSecret2"), 4],
    ["the password of an inbox", (wanted: Wanted) => (wanted.inboxes["MAIL_PASSWORD"] = "planted-imap-2"), 1],
    ["a secret setting", (wanted: Wanted) => (wanted.installation["SLACK_CLIENT_SECRET"] = "planted-slack-2"), 1],
    [
      "the admin's password, which only the admin changes",
      (wanted: Wanted) => (wanted.secrets.adminPassword = "Planted-2x!"),
      0,
    ],
  ])("%s", async (_what, rotate, changes) => {
    await deployed();
    const { lines } = await bootstrap(wantedOf(rotate));
    expect(lines.at(-1)).toBe(`done, ${changes} changed`);
    const other = await world.database();
    await other.run(wantedOf(rotate));
    expect(await database.hand.seen()).toEqual(await other.hand.seen());
  });
});

describe("users", () => {
  test("who rename the account or an inbox: the configured name is restored, without duplicates", async () => {
    await deployed();
    const before = await database.hand.seen();
    await database.sql("UPDATE accounts SET name = 'Ours'; UPDATE inboxes SET name = 'Chat' WHERE name = 'Website'");
    expect((await bootstrap(wantedOf())).lines).toEqual([
      "account HotDash: changed name",
      "inbox Website: changed name",
      "done, 2 changed",
    ]);
    expect(await database.hand.seen()).toEqual(before);
  });

  test("keep what the configuration does not name", async () => {
    await deployed();
    await database.sql(`UPDATE inboxes SET enable_auto_assignment = false, greeting_message = 'Bye' WHERE name = 'Website';
      UPDATE channel_web_widgets SET welcome_title = 'Hi', feature_flags = 1, widget_color = '#000000'`);
    expect((await bootstrap(wantedOf())).lines).toEqual([
      "channel of inbox Website: changed widget_color",
      "inbox Website: changed greeting_message",
      "done, 2 changed",
    ]);
    const [kept] = await database.hand.rows(
      `SELECT welcome_title, feature_flags, enable_auto_assignment FROM inboxes, channel_web_widgets WHERE name = 'Website'`,
    );
    expect(kept).toEqual({ welcome_title: "Hi", feature_flags: 1, enable_auto_assignment: false });
  });

  test("who give the inbox their own bot keep it once the configured one is removed", async () => {
    const without = wantedOf(({ config }) => delete config.inboxes![0]!.agentBot);
    await deployed(without);
    await database.sql(`INSERT INTO agent_bots (account_id, name, created_at, updated_at) VALUES (1, 'Theirs', now(), now());
      INSERT INTO agent_bot_inboxes (account_id, inbox_id, agent_bot_id, created_at, updated_at)
      SELECT 1, i.id, b.id, now(), now() FROM inboxes i, agent_bots b WHERE i.name = 'Website' AND b.name = 'Theirs'`);
    expect((await bootstrap(without)).lines).toEqual(["done, 0 changed"]);
    expect((await bootstrap(wantedOf())).lines).toEqual([
      "agent bot of inbox Website: changed agent_bot_id",
      "done, 1 changed",
    ]);
    expect((await bootstrap(without)).lines).toEqual(["agent bot of inbox Website: taken off", "done, 1 changed"]);
  });

  test("who have an inbox for the address: it is adopted with its conversations", async () => {
    database = await world.database();
    const alone = wantedOf(({ config }) => (config.inboxes = []));
    await bootstrap(alone);
    await database.sql(`INSERT INTO channel_email (account_id, email, forward_to_email, created_at, updated_at)
        VALUES (1, 'customer.support@hotrodan.com', 'old@reply.hotrodan.com', now(), now());
      INSERT INTO inboxes (account_id, channel_id, channel_type, name, created_at, updated_at)
        VALUES (1, 1, 'Channel::Email', 'Old mail', now(), now())`);
    const { lines } = await bootstrap(wantedOf());
    expect(lines).toContain("inbox Mail: changed name");
    expect(await database.sql("SELECT count(*), min(name) FROM inboxes WHERE channel_type = 'Channel::Email'")).toBe(
      "1|Mail",
    );
  });

  test("who delete an inbox: it is created again", async () => {
    await deployed();
    await database.sql("DELETE FROM inboxes WHERE name = 'OCC'; DELETE FROM channel_api");
    expect((await bootstrap(wantedOf())).lines).toEqual([
      "channel of inbox OCC: made",
      "inbox OCC: made",
      "done, 2 changed",
    ]);
  });
});

test("an inbox and a setting that leave the configuration are kept", async () => {
  await deployed();
  const before = await database.versions();
  const { lines } = await bootstrap(
    wantedOf(({ config, installation }) => {
      config.inboxes = config.inboxes!.slice(0, 2);
      delete config.installation["INSTALLATION_NAME"];
      delete installation["SLACK_CLIENT_SECRET"];
    }),
  );
  expect(lines).toEqual([
    "inbox Mail: is no longer in the configuration. It stays; delete it under Settings, Inboxes",
    "done, 0 changed",
  ]);
  expect(await database.versions()).toBe(before);
});

test("without inbound mail, replies get no unreachable address", async () => {
  await deployed();
  const { lines } = await bootstrap(wantedOf(({ config }) => delete config.mail!.inbound));
  expect(lines).toEqual(["setting MAILER_INBOUND_EMAIL_DOMAIN: written", "done, 1 changed"]);
  expect(await database.sql("SELECT serialized_value FROM installation_configs WHERE name LIKE '%INBOUND%'")).toBe(
    '{"value": null}',
  );
});

test("supports a version of Chatwoot that neither names nor signs webhooks", async () => {
  database = await world.database();
  await database.sql(
    "ALTER TABLE webhooks DROP secret, DROP name; ALTER TABLE channel_api DROP secret; ALTER TABLE agent_bots DROP secret",
  );
  await bootstrap(wantedOf());
  expect((await bootstrap(wantedOf())).lines).toEqual(["done, 0 changed"]);
});
