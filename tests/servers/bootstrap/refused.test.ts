import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { handOf } from "./hand.ts";
import { plantedValues, wantedOf } from "./wanted.ts";
import { startWorld, type Database, type Wanted, type World } from "./world.ts";

let world: World;
let database: Database;

beforeAll(async () => {
  world = await startWorld(handOf);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  database = await world.database();
});

/** The output of a failed run, which shows no secret and changes no row. */
async function refusal(wanted: Wanted, env: Record<string, string> = {}): Promise<string> {
  const before = await database.versions();
  const { exitCode, output, lines } = await database.run(wanted, env);
  expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
  for (const secret of [...plantedValues(wanted), "planted"]) expect(output).not.toContain(secret);
  expect(await database.versions()).toBe(before);
  expect(lines.at(-1)).toBe("failed");
  expect(lines).toHaveLength(2);
  return lines[0] as string;
}

describe("a rejection by Chatwoot is reported with the record, the reasons and the key in the stack file", () => {
  test.each<[string, (wanted: Wanted) => void, string]>([
    [
      "a weak password",
      ({ secrets }) => (secrets.adminPassword = "planted"),
      "super admin: Password must contain at least 1 uppercase character, Password must contain at least 1 number character, " +
        "Password must contain at least 1 special character. Correct chatwoot:admin in the stack file.",
    ],
    [
      "an unknown event",
      ({ config }) => (config.webhooks![0]!.events = ["conversation_resolved" as never]),
      "webhook Supabase: Subscriptions Invalid events. Correct chatwoot:webhooks in the stack file.",
    ],
    [
      "an invalid name",
      ({ config }) => (config.inboxes![1]!.name = "Sales <a@b>"),
      "inbox Sales <a@b>: Name should not have forbidden characters. Correct chatwoot:inboxes in the stack file.",
    ],
    [
      "an unset secret",
      ({ inboxes }) => delete inboxes["MAIL_PASSWORD"],
      "inbox Mail: the secret MAIL_PASSWORD is missing. Add it to chatwoot:inboxSecrets.",
    ],
  ])("%s", async (_what, change, message) => {
    expect(await refusal(wantedOf(change))).toBe(message);
  });

  test("an address that another account uses", async () => {
    await database.sql(`INSERT INTO accounts (name, created_at, updated_at) VALUES ('Other', now(), now());
      INSERT INTO channel_email (account_id, email, forward_to_email, created_at, updated_at)
      VALUES (1, 'customer.support@hotrodan.com', 'x@example.com', now(), now())`);
    expect(await refusal(wantedOf())).toBe(
      "channel of inbox Mail: Email has already been taken. Correct chatwoot:inboxes in the stack file.",
    );
  });

  test("an inbox that became another kind", async () => {
    await database.run(wantedOf());
    const wanted = wantedOf(({ config }) => (config.inboxes![1] = { ...config.inboxes![0]!, name: "OCC" }));
    expect(await refusal(wanted)).toBe(
      "inbox OCC: is of another kind, which cannot change. Choose another name in chatwoot:inboxes.",
    );
  });

  test("a column that this version does not have", async () => {
    await database.sql("ALTER TABLE channel_api DROP hmac_mandatory");
    expect(await refusal(wantedOf())).toBe(
      "Channel::Api: this version of Chatwoot has no hmac_mandatory. Use a newer image.",
    );
  });
});

describe("a rejection by the database, Redis or the environment", () => {
  test("a missing extension", async () => {
    await database.sql("DROP EXTENSION vector");
    expect(await refusal(wantedOf())).toBe("the database lacks the extensions vector. Create them as superuser.");
  });

  test("a statement whose values the database quotes", async () => {
    await database.sql(`ALTER TABLE access_tokens ADD CONSTRAINT short CHECK (length(token) < 30)`);
    expect(await refusal(wantedOf())).toBe(
      'the database refused: new row for relation "access_tokens" violates check constraint "short". Deploy again.',
    );
  });

  test("a message that contains the value itself", async () => {
    await database.sql(`CREATE FUNCTION raise_token() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no % here', NEW.token; END $$;
      CREATE TRIGGER raise_token BEFORE UPDATE ON access_tokens FOR EACH ROW EXECUTE FUNCTION raise_token()`);
    expect(await refusal(wantedOf())).toBe("the database refused: no *** here. Deploy again.");
  });

  test("an unreachable Redis, before any write", async () => {
    const message = await refusal(wantedOf(), { REDIS_URL: "redis://:planted-redis@127.0.0.1:1/0" });
    expect(message).toMatch(/^Redis::CannotConnectError in line \d+ of bootstrap\.rb: .*Deploy again/);
  });

  test.each([
    [{ BOOTSTRAP_INBOX_SECRETS: "planted{" }, "BOOTSTRAP_INBOX_SECRETS: is not JSON."],
    [{ BOOTSTRAP_WEBHOOKS: "" }, "BOOTSTRAP_WEBHOOKS: is not JSON."],
  ])("%j", async (env, message) => {
    expect(await refusal(wantedOf(), env)).toContain(message);
  });
});
