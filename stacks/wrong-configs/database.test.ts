import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "default pools on a session pooler, without a maintenance window",
    "staging",
    ({ settings }) => {
      delete settings["web"];
      delete settings["worker"];
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
]);
