import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { handOf } from "./hand.ts";
import { plantedValues, wantedOf } from "./wanted.ts";
import { startWorld, type Database, type Wanted, type World } from "./world.ts";

const pipeline = "https://hotdash.example.com/api/webhooks/chatwoot";
const off = wantedOf(({ config }) => (config.support!.webhookEnabled = false));

let world: World;
let database: Database;

beforeAll(async () => {
  world = await startWorld(handOf);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  database = await world.database();
});

async function linesOf(wanted: Wanted = wantedOf()): Promise<string[]> {
  const { exitCode, output, lines } = await database.run(wanted);
  for (const secret of plantedValues(wanted)) expect(output).not.toContain(secret);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return lines;
}

const urls = async () => (await database.sql("SELECT url FROM webhooks ORDER BY url")).split("\n");

async function addManually(url: string, account = 1): Promise<void> {
  await database.sql(`INSERT INTO webhooks (account_id, url, secret, subscriptions, created_at, updated_at)
    VALUES (${account}, '${url}', 'sealed:00:srieht', '["contact_created"]', now(), now())`);
}

const rowOf = (url: string) => database.sql(`SELECT *, xmin FROM webhooks WHERE url = '${url}'`);

test("other events change only the webhook", async () => {
  await linesOf();
  const lines = await linesOf(wantedOf(({ config }) => (config.support!.events = ["contact_created"])));
  expect(lines).toEqual(["webhook hotdash.example.com: changed subscriptions", "done, 1 changed"]);
});

test("events in another order are the same events", async () => {
  await linesOf();
  expect(await linesOf(wantedOf(({ config }) => config.support!.events.reverse()))).toEqual(["done, 0 changed"]);
});

test("a disabled webhook is deleted, and is created again with its secret", async () => {
  await linesOf();
  const before = await database.hand.seen();
  expect(await linesOf(off)).toEqual(["webhook hotdash.example.com: removed", "done, 1 changed"]);
  expect(await urls()).not.toContain(pipeline);
  expect(await linesOf(off)).toEqual(["done, 0 changed"]);
  expect(await linesOf()).toEqual(["webhook hotdash.example.com: made", "done, 1 changed"]);
  expect(await database.hand.seen()).toEqual(before);
});

test("a webhook that leaves the configuration is deleted, even if a user changed its address", async () => {
  await linesOf();
  await database.sql(`UPDATE webhooks SET url = 'https://elsewhere.example.com' WHERE url = '${pipeline}'`);
  const lines = await linesOf(wantedOf(({ config }) => Object.assign(config, { support: undefined, webhooks: [] })));
  expect(lines).toEqual(["webhook hotdash.example.com: removed", "webhook Supabase: removed", "done, 2 changed"]);
  expect(await urls()).toEqual([""]);
});

test("restores an address that a user changed", async () => {
  await linesOf();
  await database.sql(`UPDATE webhooks SET url = 'https://elsewhere.example.com' WHERE url = '${pipeline}'`);
  expect(await linesOf()).toEqual(["webhook hotdash.example.com: changed url", "done, 1 changed"]);
});

test("an address that a user changed and reused for another webhook: that one gets the events, the configured one is deleted", async () => {
  await linesOf();
  await database.sql(`UPDATE webhooks SET url = 'https://elsewhere.example.com' WHERE url = '${pipeline}'`);
  await addManually(pipeline);
  expect(await linesOf()).toEqual([
    "webhook hotdash.example.com: removed, its address was changed and another has it",
    "webhook hotdash.example.com: changed secret, subscriptions",
    "done, 2 changed",
  ]);
  expect(await urls()).not.toContain("https://elsewhere.example.com");
});

test("users' webhooks, of this account and of others, are never changed", async () => {
  await linesOf();
  await database.sql("INSERT INTO accounts (name, created_at, updated_at) VALUES ('Other', now(), now())");
  await addManually("https://people.example.com/hook");
  await addManually("https://other.example.com/hook", 2);
  await addManually(pipeline, 2);
  const theirs = async () => [
    await rowOf("https://people.example.com/hook"),
    await database.sql("SELECT *, xmin FROM webhooks WHERE account_id = 2 ORDER BY id"),
  ];
  const before = await theirs();
  for (const wanted of [wantedOf(), off, wantedOf(({ config }) => (config.webhooks = []))]) await linesOf(wanted);
  expect(await theirs()).toEqual(before);
});

test("a user's webhook with the configured address gets events and secret, and is never deleted", async () => {
  const nothing = wantedOf(({ config }) => Object.assign(config, { support: undefined, webhooks: [] }));
  await linesOf(nothing);
  await addManually(pipeline);
  expect(await linesOf()).toContain("webhook hotdash.example.com: changed secret, subscriptions");
  expect(await linesOf(off)).toEqual([
    "webhook hotdash.example.com: is off in the configuration, but a person made it and it stays on. " +
      "Remove it under Settings, Integrations, Webhooks",
    "done, 0 changed",
  ]);
  await linesOf(nothing);
  expect(await urls()).toEqual([pipeline]);
});

test("without a record of its webhooks, it finds them by the secret", async () => {
  await linesOf();
  await addManually("https://people.example.com/hook");
  await database.sql("DELETE FROM installation_configs WHERE name = 'CHATWOOT_BOOTSTRAP'");
  expect(await linesOf(off)).toEqual(["webhook hotdash.example.com: removed", "done, 1 changed"]);
  expect(await urls()).toHaveLength(2);
});

test("the record is a locked row, which the super admin pages do not show", async () => {
  await linesOf();
  const [row] = await database.hand.rows<{ locked: boolean; kinds: string[] }>(
    `SELECT locked, (SELECT json_agg(k ORDER BY k) FROM jsonb_object_keys(serialized_value -> 'value') k) AS kinds
     FROM installation_configs WHERE name = 'CHATWOOT_BOOTSTRAP'`,
  );
  expect(row).toEqual({ locked: true, kinds: ["account", "agentBots", "inboxes", "mail", "serviceUser", "webhooks"] });
});
