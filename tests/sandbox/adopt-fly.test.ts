import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { effectiveSecrets, type State } from "flyctl-stand-in";
import type { RunResult } from "pulumi-embedded-engine";
import { app, database, openFlyAccount, messagesOf, type Change } from "./fly-account.ts";

/** The manual fly.toml of the old runbook; its `/hc` is not a route of Chatwoot, and its image was `latest`. */
const byHand = `
app = "${app}"
primary_region = "ord"
[build]
  image = "chatwoot/chatwoot:v4.14.0"
[env]
  LOG_LEVEL = "debug"
[processes]
  web = "bundle exec rails server -p 3000"
  worker = "bundle exec sidekiq -C config/sidekiq.yml"
[[services]]
  internal_port = 3000
  protocol = "tcp"
  processes = ["web"]
  [[services.ports]]
    port = 443
    handlers = ["tls", "http"]
  [[services.http_checks]]
    path = "/hc"
    grace_period = "30s"
    interval = "15s"
    timeout = "10s"
[[vm]]
  memory = "1gb"
`;
const secretKeyBase = "5e".repeat(64);
const manualSecrets = [
  `SECRET_KEY_BASE=${secretKeyBase}`,
  "FRONTEND_URL=https://hotdash-chatwoot.fly.dev",
  "BACKEND_URL=https://hotdash-chatwoot.fly.dev",
  "DEFAULT_FROM_EMAIL=customer.support@hotrodan.com",
  "MAILER_SENDER_EMAIL=customer.support@hotrodan.com",
  "POSTGRES_HOST=aws-0-us-east-1.pooler.supabase.com",
  "POSTGRES_USERNAME=postgres.sandboxproject",
  "POSTGRES_PASSWORD=made-by-hand",
  "POSTGRES_DATABASE=postgres",
  "POSTGRES_PORT=5432",
  "INSTALLATION_ENV=fly",
  "ENABLE_ACCOUNT_SIGNUP=false",
  "RAILS_ENV=production",
  "NODE_ENV=production",
  "OPENAI_API_KEY=of-somebody-else",
];

const account = openFlyAccount();
const root = dirname(account.artifacts);
const keep: Change = ({ secrets }) => (secrets["keptSecrets"] = JSON.stringify({ SECRET_KEY_BASE: secretKeyBase }));
let before: State;
let preview: RunResult;
let refused: RunResult;
let run: RunResult;
let afterRefusal: State;
let calls = 0;

beforeAll(async () => {
  // The real arguments of the runbook, run on the stand-in.
  writeFileSync(join(root, "fly.toml"), byHand);
  const redis = ["--name", database, "--org", "hotdash", "--region", "ord", "--no-replicas", "--enable-eviction"];
  await account.fly(["apps", "create", app, "--org", "hotdash"]);
  await account.fly(["redis", "create", ...redis, "--enable-prodpack=false"]);
  const url = account.state().redis[database]!.url;
  await account.fly(["secrets", "set", ...manualSecrets, `REDIS_URL=${url}`, "--app", app]);
  await account.fly(["deploy", "--app", app, "--config", "fly.toml", "--yes"]);
  before = account.state();
  refused = await account.up();
  afterRefusal = account.state();
  calls = account.calls().length;
  preview = await account.preview(keep);
  run = await account.up(keep);
});
afterAll(() => account.dispose());

const secretsOf = ({ apps }: State) => effectiveSecrets(apps[app]!, apps[app]!.secretsVersion);
const machinesOf = ({ apps }: State) =>
  apps[app]!.machines.filter(({ config }) => config.metadata["fly_process_group"] !== "fly_app_release_command");

test("is rejected if the running app's keys would be lost, with the way to keep them", () => {
  expect(refused.ok).toBe(false);
  expect(messagesOf(refused)).toMatch(
    /app hotdash-chatwoot: runs with SECRET_KEY_BASE from another deployment[\s\S]*pulumi config set --secret chatwoot:keptSecrets --stack staging/,
  );
  expect(secretsOf(afterRefusal)).toEqual(secretsOf(before));
  expect(machinesOf(afterRefusal)).toEqual(machinesOf(before));
});

test("adopts the app, Redis and machines, and recreates none of them", () => {
  expect([preview.ok, run.ok], messagesOf(run)).toEqual([true, true]);
  const changing = account
    .calls()
    .slice(calls)
    .filter(({ mutating, argv }) => mutating && argv[2] !== "view")
    .map(({ argv }) => argv.slice(0, 2).join(" "));
  expect(changing).toEqual([
    "secrets import",
    "secrets unset",
    "secrets sync",
    "deploy --app",
    "machine destroy",
    "scale count",
  ]);
  const now = account.state();
  expect(now.redis).toEqual(before.redis);
  expect(Object.keys(now.apps)).toEqual([app]);
  const ids = machinesOf(before).map(({ id }) => id);
  for (const { id } of machinesOf(now)) expect(ids).toContain(id);
  expect(
    machinesOf(now)
      .map(({ config, state }) => `${config.metadata["fly_process_group"]} ${state}`)
      .sort(),
  ).toEqual(["web started", "worker started"]);
});

test("keeps the key, removes the settings from the secrets, and keeps unknown secrets", () => {
  const now = secretsOf(account.state());
  expect(now["SECRET_KEY_BASE"]).toBe(secretKeyBase);
  expect(now["POSTGRES_PASSWORD"]).toBe("sandbox-database-password");
  expect(now["OPENAI_API_KEY"]).toBe("of-somebody-else");
  for (const name of ["FRONTEND_URL", "POSTGRES_HOST", "RAILS_ENV", "MAILER_SENDER_EMAIL"])
    expect(now[name]).toBeUndefined();
  const env = machinesOf(account.state())[0]!.config.env;
  expect(env).toMatchObject({ FRONTEND_URL: "https://hotdash-chatwoot.fly.dev", PGSSLMODE: "require" });
  // Settings in the manual fly.toml that this stack lacks are gone: they belong in chatwoot:environment.
  expect(env).not.toHaveProperty("LOG_LEVEL");
});

test("warns that the Redis may evict jobs", () => {
  expect(messagesOf(refused)).toContain("Redis hotdash-chatwoot-cache has eviction enabled");
});

test("is a normal stack afterwards", async () => {
  expect(Object.keys((await account.preview(keep)).changes)).toEqual(["same"]);
  const forgotten = await account.preview();
  expect(forgotten.ok).toBe(false);
  expect(messagesOf(forgotten)).toMatch(/runs with SECRET_KEY_BASE.*To keep its values, set chatwoot:keptSecrets/);
});
