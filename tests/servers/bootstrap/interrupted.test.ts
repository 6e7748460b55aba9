import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exhaustive, sample } from "../../helpers/exhaustive.ts";
import { until } from "../../sandbox/until.ts";
import { handOf } from "./hand.ts";
import { plantedValues, wantedOf } from "./wanted.ts";
import { startWorld, type Database, type World } from "./world.ts";

let world: World;
/** The writes of a first run, before its commit. */
const writes = 47;
/** The result of an undisturbed run on an empty database. */
let whole: unknown;

beforeAll(async () => {
  world = await startWorld(handOf);
  const database = await world.database();
  expect(await database.run(wantedOf())).toMatchObject({ exitCode: 0 });
  whole = await database.hand.seen();
});
afterAll(() => world?.stop());

/** The next run completes the content, and the one after it finds nothing to do. */
async function converges(database: Database): Promise<void> {
  const next = await database.run(wantedOf());
  expect({ exitCode: next.exitCode, output: next.output }).toMatchObject({ exitCode: 0 });
  expect(await database.hand.seen()).toEqual(whole);
  const before = await database.versions();
  expect((await database.run(wantedOf())).lines).toEqual(["done, 0 changed"]);
  expect(await database.versions()).toBe(before);
}

describe("an interrupted run leaves nothing, and the next one does everything", () => {
  const moments = Array.from({ length: writes }, (_, index) => index + 1);
  const cases = ["raise", "kill"].flatMap((by) => sample(moments, 3).map((write) => [by, write] as const));

  test.each(cases)("by %s at write %i", async (by, write) => {
    const database = await world.database();
    const empty = await database.versions();
    const wanted = wantedOf();
    const run = await database.run(wanted, { END_AT_WRITE: String(write), END_BY: by });
    for (const secret of plantedValues(wanted)) expect(run.output).not.toContain(secret);
    expect(run.exitCode).toBe(by === "kill" ? null : 1);
    // A rolled-back change must not be reported.
    expect(run.lines.filter((line) => /: (made|written|changed)/.test(line))).toEqual([]);
    expect(await database.versions()).toBe(empty);
    await converges(database);
  });
});

test("a run that ends after its commit, but before Chatwoot's callbacks", async () => {
  const database = await world.database();
  expect(await database.run(wantedOf(), { END_AT_WRITE: String(writes + 1), END_BY: "kill" })).toMatchObject({
    exitCode: null,
  });
  expect(await database.sql("SELECT count(*) FROM webhooks")).toBe("2");
  await converges(database);
});

/** Content that an older program, a restored dump or a user may have removed. */
const damage = [
  "DELETE FROM installation_configs WHERE name = 'CHATWOOT_BOOTSTRAP'",
  "DELETE FROM installation_configs WHERE name = 'ENABLE_ACCOUNT_SIGNUP'",
  "UPDATE installation_configs SET serialized_value = '{\"value\": true}' WHERE name = 'ENABLE_ACCOUNT_SIGNUP'",
  "UPDATE users SET type = NULL, confirmed_at = NULL",
  "DELETE FROM access_tokens WHERE owner_type = 'User'",
  "UPDATE access_tokens SET token = 'another-' || id",
  "DELETE FROM account_users; DELETE FROM notification_settings",
  "UPDATE account_users SET role = 0",
  "DELETE FROM notification_settings",
  "DELETE FROM webhooks",
  "UPDATE webhooks SET secret = NULL, subscriptions = '[\"contact_created\"]'",
  "DELETE FROM agent_bot_inboxes",
  "DELETE FROM agent_bot_inboxes; DELETE FROM agent_bots",
  "DELETE FROM inboxes WHERE channel_type = 'Channel::Email'",
  "DELETE FROM agent_bot_inboxes; DELETE FROM inboxes",
  "DELETE FROM channel_email",
  "DELETE FROM channel_api",
  "UPDATE channel_email SET imap_password = '', imap_enabled = false",
  "UPDATE inboxes SET greeting_enabled = false, greeting_message = NULL",
];

test("the next run completes anything missing or different", { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(damage, { minLength: 1, maxLength: 6 }), async (chosen) => {
      const database = await world.database();
      await database.run(wantedOf());
      await database.sql(`BEGIN; ${chosen.join("; ")}; COMMIT`);
      await converges(database);
    }),
    { numRuns: exhaustive ? 60 : 4, endOnFailure: true },
  );
});

describe("two parallel runs", () => {
  test("one waits for the other, and finds everything created", async () => {
    const database = await world.database();
    const runs = await Promise.all([
      database.run(wantedOf(), { LINGER_SECONDS: "1" }),
      database.run(wantedOf(), { LINGER_SECONDS: "1" }),
    ]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const ends = runs.map(({ lines }) => lines.at(-1)).sort();
    expect(ends[0]).toBe("done, 0 changed");
    expect(ends[1]).toMatch(/^done, 2\d changed$/);
    expect(await database.hand.seen()).toEqual(whole);
  });

  test("one that exceeds its wait reports it, and changes nothing", async () => {
    const database = await world.database();
    const first = database.run(wantedOf(), { LINGER_SECONDS: "8" });
    const held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";
    await until("the first has the lock", async () => (await database.sql(held)) === "1", 30_000);
    const second = await database.run(wantedOf(), { BOOTSTRAP_LOCK_TIMEOUT: "500ms" });
    expect(second.exitCode).toBe(1);
    expect(second.lines).toEqual([
      "another bootstrap has been running for longer than 500ms. Wait for its deployment to end, and deploy again.",
      "failed",
    ]);
    expect((await first).exitCode).toBe(0);
  });
});
