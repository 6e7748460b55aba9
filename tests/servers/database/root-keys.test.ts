import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

const keys = {
  SECRET_KEY_BASE: "recorded-base",
  ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "recorded-primary-key",
  ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "recorded-deterministic-key",
  ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "recorded-salt",
};

/** Written by Active Record 7.1.5.2 with these keys: a short value, a compressed one, a deterministic one. */
const recorded = {
  sha1: {
    short: `{"p":"VIzUSEyELA23OqQjEsezQRPu","h":{"iv":"E/5Avo/EZh8TAZtq","at":"tGAGvE/08ASUUvH2N/xGTw==","i":"Zjg2Mw=="}}`,
    compressed: `{"p":"MggrCz4Uq/tCIPGjKvWLrbw=","h":{"iv":"QW9zuHGjhsDcxh6o","at":"Ci9227HwBnG/XopJoLpSgQ==","i":"Zjg2Mw==","c":true}}`,
    deterministic: `{"p":"uiTBatmFlxIS","h":{"iv":"rPA0zZMBneOfa2AD","at":"qOmloeW2Q29V8n5HKsslmw==","i":"NDgwNw=="}}`,
  },
  sha256: {
    short: `{"p":"TSBJfu6d5TpbznN+E4Y8cCEr","h":{"iv":"wbAhSsmUnTI8LRA+","at":"60d8AlTC39sAkmZ9XYwKRw==","i":"YTRmMg=="}}`,
    compressed: `{"p":"oozzksP3MXaOSBTfZlTog1U=","h":{"iv":"v45iP+n45xVz55d4","at":"G8VPsIeaF6gz++Ow1Rb8sQ==","i":"YTRmMg==","c":true}}`,
    deterministic: `{"p":"DLSkY6G5Bzzs","h":{"iv":"OSiwMMSRvZjuiNtX","at":"WGPfu1nMbDBrmGpfxRhDBg==","i":"MWY2Ng=="}}`,
  },
};

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ vector: "trusted" });
});
afterAll(() => server?.stop());

async function hold({ short, compressed, deterministic }: (typeof recorded)["sha1"]): Promise<void> {
  await server.sql(`DROP TABLE IF EXISTS webhooks, channel_email, channel_telegram;
    CREATE TABLE webhooks (id serial, secret text); INSERT INTO webhooks (secret) VALUES ('${short}'), ('plain'), (NULL);
    CREATE TABLE channel_email (id serial, imap_password text); INSERT INTO channel_email (imap_password) VALUES ('${compressed}');
    CREATE TABLE channel_telegram (id serial, bot_token text); INSERT INTO channel_telegram (bot_token) VALUES ('${deterministic}')`);
}

beforeEach(() => hold(recorded.sha1));

async function prepare(change: Partial<typeof keys> = {}): Promise<PreparationRun> {
  const env = { DATABASE_URL: server.url, ...keys, ...change };
  const run = await runPreparation({ binFolder: server.binFolder, env });
  for (const key of Object.values(env)) expect(run.output).not.toContain(key);
  return run;
}

test.each(["sha1", "sha256"] as const)("the keys that wrote the values, derived by %s", async (digest) => {
  await hold(recorded[digest]);
  expect(await prepare()).toMatchObject({ exitCode: 0, output: "database check: done" });
});

const random =
  "channel_email.imap_password, webhooks.secret: hold values that ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY and";
const deterministic = "channel_telegram.bot_token: holds values that ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY and";

test.each<[string, Partial<typeof keys>, string[]]>([
  ["primary key", { ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "other" }, [random]],
  ["deterministic key", { ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: "other" }, [deterministic]],
  ["salt", { ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: "other" }, [random, deterministic]],
  [
    "set of all keys, with SECRET_KEY_BASE",
    Object.fromEntries(Object.keys(keys).map((name) => [name, `other-${name}`])),
    [random, deterministic],
  ],
  ["set of empty keys", Object.fromEntries(Object.keys(keys).map((name) => [name, ""])), [random, deterministic]],
])("another %s is refused before Rails starts", async (_what, change, expected) => {
  const env = { DATABASE_URL: server.url, ...keys, ...change };
  const { exitCode, output, rails } = await runPreparation({ binFolder: server.binFolder, env });
  expect({ exitCode, rails }).toEqual({ exitCode: 1, rails: [] });
  for (const line of expected) expect(output).toContain(line);
  expect(output).toContain(
    `the database has ${expected.length === 1 ? "1 problem" : "2 problems"}; nothing was changed:`,
  );
  expect(output).toContain("Restore those keys: `pulumi stack output encryptionKeys --show-secrets` in that stack");
});

test("other keys, on a database without encrypted values", async () => {
  await server.sql("UPDATE webhooks SET secret = NULL; DELETE FROM channel_email; DELETE FROM channel_telegram");
  expect((await prepare({ ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "other" })).exitCode).toBe(0);
});

test("a column with values of these keys and of earlier ones", async () => {
  await server.sql(`INSERT INTO webhooks (secret) VALUES ('${recorded.sha1.short.replace("VIzU", "AAAA")}')`);
  expect((await prepare()).exitCode).toBe(0);
});
