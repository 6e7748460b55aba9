import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

testWrong([
  [
    "default pools on a session pooler, without a maintenance window",
    "staging",
    ({ settings }) => {
      delete settings["web"];
      delete settings["worker"];
      delete settings["support"].facts;
      settings["fly"].maintenance = false;
    },
  ],
  [
    "default pools without a maintenance window, limit known from the host",
    "staging",
    ({ settings }) => {
      delete settings["database"];
      delete settings["web"];
      delete settings["worker"];
      delete settings["support"].facts;
      settings["fly"].maintenance = false;
    },
  ],
  ["pools that no window makes fit", "staging", ({ settings }) => (settings["web"].count = 4)],
  [
    "two sets of machines on a small pool",
    "staging",
    ({ settings }) => {
      settings["fly"].strategy = "bluegreen";
    },
  ],
  [
    "a window for a strategy that keeps everything running",
    "staging",
    ({ settings }) => {
      settings["web"].threads = 2;
      settings["fly"].strategy = "bluegreen";
      settings["fly"].maintenance = true;
    },
  ],
  [
    "a backup beside a full pool",
    "staging",
    ({ settings, secrets }) => {
      settings["worker"].concurrency = 12;
      settings["fly"].backup = { bucket: "backups", endpoint: "https://s3.example.com" };
      Object.assign(secrets, { backupAccessKeyId: "id", backupSecretAccessKey: "key" });
    },
  ],
  [
    "Supabase's pooler without the project in the user",
    "staging",
    ({ secrets }) =>
      (secrets["databaseUrl"] = "postgresql://postgres:pw@aws-0-us-east-1.pooler.supabase.com:5432/postgres"),
  ],
  [
    "Supabase's direct host with the pooler's user",
    "staging",
    ({ secrets }) =>
      (secrets["migrationDatabaseUrl"] = "postgresql://postgres.abcdef:pw@db.abcdef.supabase.co:5432/postgres"),
  ],
  [
    "transaction pooler",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = secrets["databaseUrl"]!.replace(":5432/", ":6543/")),
  ],
  [
    "unreadable database address",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = "postgresql://chatwoot:p@ss/word@host"),
  ],
  [
    "database address without a password",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = "postgresql://chatwoot@host/db"),
  ],

  ...Object.entries({
    "a placeholder for the password":
      "postgresql://postgres.abcdefghijklmnopqrst:[YOUR-PASSWORD]@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
    "a password in brackets":
      "postgresql://postgres.abcdefghijklmnopqrst:[planted-secret]@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
    "a placeholder for the project": "postgresql://postgres.[PROJECT-REF]:planted-secret@h/db",
    "a placeholder in angle brackets": "postgresql://postgres:<password>@h/db",
    "a variable that no shell replaced": "postgresql://postgres:${PGPASSWORD}@h/db",
    "a line break at its end": "postgresql://chatwoot:planted-secret@h/db\n",
    "a blank at its begin": " postgresql://chatwoot:planted-secret@h/db",
    "a port out of range": "postgresql://chatwoot:planted-secret@h:70000/db",
    "a # in the password": "postgresql://chatwoot:12#planted-secret@h/db",
    "Neon's pooler": "postgresql://u:planted-secret@ep-x-1-pooler.us-east-2.aws.neon.tech/db?sslmode=require",
    "DigitalOcean's pool": "postgresql://u:planted-secret@a.b.db.ondigitalocean.com:25061/pool",
    "an RDS Proxy": "postgresql://u:planted-secret@a.proxy-abc.eu-central-1.rds.amazonaws.com/db",
    "the mark of a pooler": "postgresql://u:planted-secret@h.example.com/db?pgbouncer=true",
  }).map(([what, url]): WrongConfig => [
    `an address with ${what}`,
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = url),
  ]),
]);

test("encoded brackets belong to the password", () => {
  const raw = rawConfig(
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = "postgresql://u:%5Bpw%5D@h.example.com/db"),
  );
  expect(parseConfig(raw).addresses.databaseUrl?.password).toBe("[pw]");
});

test.each([
  ["postgresql://facts:pw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres", /IPv6.*session pooler/],
  ["postgresql://facts:pw@pgbouncer.abc.flympg.net/fly-db", /transaction mode/],
  ["postgresql://facts:pw@facts.example.com/facts", undefined],
])("the facts at %s", (factsDatabaseUrl, warning) => {
  const { warnings } = parseConfig(
    rawConfig("staging", ({ settings, secrets }) => {
      settings["support"].facts = true;
      secrets["factsDatabaseUrl"] = factsDatabaseUrl;
    }),
  );
  expect(warnings.filter(({ key }) => key === "factsDatabaseUrl")).toEqual(
    warning === undefined ? [] : [{ key: "factsDatabaseUrl", message: expect.stringMatching(warning) as string }],
  );
});

test("a server of this machine is what a rehearsal has: a warning, and only for the addresses that Chatwoot uses", () => {
  const { warnings } = parseConfig(
    rawConfig("staging", ({ secrets }) => {
      for (const key of ["databaseUrl", "migrationDatabaseUrl", "factsDatabaseUrl"])
        secrets[key] = "postgresql://chat:planted@127.0.0.1:5432/chat";
    }),
  );
  const found = warnings.filter(({ message }) => message.includes("127.0.0.1"));
  expect(found.map(({ key, message }) => [key, message])).toEqual(
    ["databaseUrl", "migrationDatabaseUrl"].map((key) => [
      key,
      "points at 127.0.0.1, which only a rehearsal on one machine reaches. Use the address of a server",
    ]),
  );
});
