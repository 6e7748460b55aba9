import { expect, test } from "vitest";
import {
  authorityPem,
  useExternalPostgres,
  useExternalRedis,
  useExternalServices,
  useTeamPostgres,
} from "../../tests/helpers/external-services.ts";
import { rawConfig, type Any } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

type Change = WrongConfig[2];
const postgres =
  (settings: object): Change =>
  (values) => {
    useExternalPostgres(values);
    Object.assign(values.settings["kubernetes"].postgres, settings);
  };
const database =
  (url: string, settings: object = {}): Change =>
  (values) => {
    postgres(settings)(values);
    values.secrets["databaseUrl"] = url;
  };
const team =
  (change: (postgres: Any) => void): Change =>
  (values) => {
    useTeamPostgres(values);
    change(values.settings["kubernetes"].postgres);
  };
const redis =
  (url: string, settings: object = {}): Change =>
  (values) => {
    useExternalRedis(values);
    Object.assign(values.settings["kubernetes"].redis, settings);
    values.secrets["redisUrl"] = url;
  };
const url = "postgresql://chatwoot:planted-secret@db.example.com:5432/chatwoot";
const each = (what: string, changes: Record<string, Change>): WrongConfig[] =>
  Object.entries(changes).map(([name, change]) => [`${what}: ${name}`, "prod", change]);

testWrong([
  ...each("an external database", {
    "another kind": (values) => (values.settings["kubernetes"].postgres.kind = "rds"),
    "without its address": (values) => {
      useExternalPostgres(values);
      delete values.secrets["databaseUrl"];
    },
    "with settings of the operator": postgres({ instances: 2, storageClass: "fast", backup: {} }),
    "with an address twice": postgres({ address: { host: "db.example.com", database: "d", username: "u" } }),
    "with an unknown sslMode": postgres({ sslMode: "verify" }),
    "with two modes of TLS": database(`${url}?sslmode=require`, { sslMode: "verify-full" }),
    "without TLS over the Internet": database(`${url}?sslmode=disable`),
    "with optional TLS over the Internet": postgres({ sslMode: "prefer" }),
    "verified by any authority": postgres({ sslMode: "verify-ca" }),
    "with an authority that nothing verifies": database(url.replace("db.example.com", "10.0.0.5"), {
      sslMode: "disable",
      authority: { from: "config", pem: authorityPem },
    }),
    "with a text in place of an authority": postgres({ authority: { from: "config", pem: "ca.crt" } }),
    "with a broken authority": postgres({ authority: { from: "config", pem: authorityPem.replace("MIIB", "MIIC") } }),
    "with the authority's key": postgres({
      authority: { from: "config", pem: `${authorityPem}-----BEGIN PRIVATE KEY-----\nplanted-secret` },
    }),
    "with an authority from nowhere": postgres({ authority: { from: "file", name: "ca.crt" } }),
    "in the pod": database(url.replace("db.example.com", "localhost")),
    "by the name of one namespace": database(url.replace("db.example.com", "team-db-rw")),
    "in a private network that no policy allows": database(url.replace("db.example.com", "db.corp.internal")),
    "at a pooler": database("postgresql://u:planted-secret@chat.proxy-abcdefghijkl.eu-central-1.rds.amazonaws.com/db"),
    "at a reader": database("postgresql://u:planted-secret@c.cluster-ro-abc123.eu-west-1.rds.amazonaws.com/db"),
    "with a user of Azure's single servers": database(
      "postgresql://chat@acme:planted-secret@acme.postgres.database.azure.com/db".replace("chat@", "chat%40"),
    ),
    "with a token of RDS": database(
      "postgresql://u:h%3A5432%2F%3FAction%3Dconnect%26X-Amz-Signature%3Dplanted@x.abc.eu-west-1.rds.amazonaws.com/db",
    ),
    "with a token of Entra": database(
      "postgresql://u:eyJhbGciOi.eyJwbGFudGVk.c2ln@acme.postgres.database.azure.com/db",
    ),
    "moved from itself": database(url, { movedFrom: "db.example.com" }),
    "with fewer connections than a rollout takes": postgres({ maxConnections: 40 }),
    "with Supabase's small pooler": database(
      "postgresql://postgres.abc:planted-secret@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
    ),
    "beside the operator": (values) => {
      useExternalPostgres(values);
      values.settings["kubernetes"].install = { cloudNativePg: true, barmanPlugin: true };
      values.secrets["keptSecrets"] = JSON.stringify({ POSTGRES_PASSWORD: "planted-secret" });
    },
    "beside keys of backups": (values) => {
      useExternalPostgres(values);
      Object.assign(values.secrets, { backupAccessKeyId: "id", backupSecretAccessKey: "planted-secret" });
    },
    "with an address for a database of its own": (values) => (values.secrets["databaseUrl"] = url),
  }),
  ...each("another team's database", {
    "without its address": team((settings) => delete settings.address),
    "with databaseUrl too": (values) => {
      useTeamPostgres(values);
      values.secrets["databaseUrl"] = url;
    },
    "of the same namespace, copied": team((settings) => (settings.credentials.namespace = "chatwoot")),
    "from a store": team((settings) => (settings.credentials = { from: "external", store: "vault" })),
    "with a URL as its host": team((settings) => (settings.address.host = "postgres://team-db-rw:5432")),
    "at its standbys": team((settings) => (settings.address.host = "team-db-ro.databases.svc")),
    "at a pooler": team(
      (settings) => (settings.address = { ...settings.address, host: "ep-x-pooler.eu.aws.neon.tech" }),
    ),
  }),
  ...each("an external Redis", {
    "another kind": (values) => (values.settings["kubernetes"].redis.kind = "sentinel"),
    "without its address": (values) => {
      useExternalRedis(values);
      delete values.secrets["redisUrl"];
    },
    "with settings of its own": (values) => {
      useExternalRedis(values);
      values.settings["kubernetes"].redis.memoryMb = 512;
    },
    "with an address for a Redis of its own": (values) =>
      (values.secrets["redisUrl"] = "redis://:planted-secret@10.0.0.5"),
    "without TLS over the Internet": redis("redis://:planted-secret@redis.example.com"),
    "at a Sentinel": redis("redis://:planted-secret@10.0.0.5:26379"),
    "at several hosts": redis("redis://:planted-secret@10.0.0.5:26379,10.0.0.6:26379"),
    "at a cluster of ElastiCache": redis(
      "rediss://:planted-secret@clustercfg.chat.abc123.euc1.cache.amazonaws.com:6379",
    ),
    "at a serverless cache": redis("rediss://:planted-secret@chat-abc.serverless.euc1.cache.amazonaws.com:6379"),
    "at a reader": redis("rediss://:planted-secret@replica.chat.abc123.euc1.cache.amazonaws.com:6379"),
    "at Azure without TLS": redis("redis://:planted-secret@chat.redis.cache.windows.net:6379"),
    "at Azure on the other port": redis("rediss://:planted-secret@chat.redis.cache.windows.net:6379"),
    "at Upstash without TLS": redis("redis://default:planted-secret@eu1-x.upstash.io:6379"),
    "by the name of one namespace": redis("redis://:planted-secret@redis:6379"),
    "with a placeholder": redis("rediss://:<password>@redis.example.com:6379"),
    "with a line break": redis("rediss://:planted-secret@redis.example.com:6379\n"),
    "unverified, with an authority": redis("rediss://:planted-secret@redis.example.com", {
      verify: "none",
      authority: { from: "config", pem: authorityPem },
    }),
    "verified without TLS": redis("redis://:planted-secret@10.0.0.5", {
      authority: { from: "config", pem: authorityPem },
    }),
    "unverified without TLS": redis("redis://:planted-secret@10.0.0.5", { verify: "none" }),
    "with a password that the stack rotates": (values) => {
      useExternalRedis(values);
      values.settings["rotation"] = { redisPassword: 2 };
    },
  }),
]);

test.each<[string, Change]>([
  ["both from providers, on one node", useExternalServices],
  ["another team's database", useTeamPostgres],
  [
    "a Service of the cluster without TLS",
    database(`${url.replace("db.example.com", "pg.databases.svc")}?sslmode=disable`),
  ],
  ["a private address", database(url.replace("db.example.com", "10.0.3.7"))],
  [
    "a private name in an allowed network",
    (values) => {
      database(url.replace("db.example.com", "db.corp.internal"))(values);
      values.settings["kubernetes"].networkPolicies = { allowedNetworks: ["10.0.0.0/8"] };
    },
  ],
  ["a verified server of a public authority", postgres({ sslMode: "verify-full" })],
  [
    "Supabase with small pools",
    (values) => {
      database("postgresql://postgres.abc:pw@aws-0-eu-central-1.pooler.supabase.com:5432/postgres")(values);
      values.secrets["migrationDatabaseUrl"] = "postgresql://postgres:pw@db.abc.supabase.co:5432/postgres";
      Object.assign(values.settings["web"], { count: 1, threads: 1 });
      Object.assign(values.settings["worker"], { count: 1, concurrency: 2 });
    },
  ],
  ["Memorystore", redis("redis://10.0.3.8:6379", { disableClientCommand: true })],
  ["Azure", redis("rediss://:p%2Bw%3D@chat.redis.cache.windows.net:6380")],
])("valid: %s", (_what, change) => {
  expect(problemsOf(rawConfig("prod", change))).toBe("no problem");
});

test("Supabase's direct host is a warning, because pods may have no IPv6", () => {
  const { warnings } = parseConfig(rawConfig("prod", database("postgresql://postgres:pw@db.abc.supabase.co/postgres")));
  expect(warnings.map(({ key, message }) => `${key} ${message}`)).toEqual([
    expect.stringMatching(/^databaseUrl is Supabase's direct host, .* Use the session pooler on port 5432$/),
  ]);
});
