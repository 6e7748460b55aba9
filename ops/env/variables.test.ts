import { execaSync } from "execa";
import { expect, test } from "vitest";
import type { OpenOutputs } from "../lib/stack/outputs.ts";
import { format, variablesOf } from "./variables.ts";

const outputs = {
  target: "fly",
  url: "https://chat.example.com",
  account: "HotDash",
  admin: { email: "admin@example.com", password: "planted-admin" },
  apiToken: "planted-token",
  webhookSecret: "planted-webhook",
  databaseUrl: "postgresql://u:p%40ss@db.example.com:5432/postgres",
  redisUrl: "redis://default:planted-redis@cache:6379",
  postgres: {
    host: "db.example.com",
    port: 5432,
    username: "u",
    password: 'it\'s $HOME `x` "y" #z\\',
    database: "postgres",
    sslMode: "require",
  },
  support: { webhookUrl: "https://h", events: [], webhookEnabled: true, agentUrl: "https://agent.example.com" },
} satisfies OpenOutputs;
const variables = variablesOf(outputs, 3);
const byName = Object.fromEntries(variables.map(({ name, value }) => [name, value]));

test("every value by its name, and which of them are secret", () => {
  expect(variables.map(({ name, isSecret }) => `${name}${isSecret ? " secret" : ""}`)).toEqual([
    "AGENT_SDK_URL",
    "CHATWOOT_ACCOUNT_ID",
    "CHATWOOT_API_KEY secret",
    "CHATWOOT_BASE_URL",
    "CHATWOOT_SUPER_ADMIN_EMAIL",
    "CHATWOOT_SUPER_ADMIN_PASSWORD secret",
    "CHATWOOT_TOKEN secret",
    "CHATWOOT_WEBHOOK_SECRET secret",
    "DATABASE_URL secret",
    "POSTGRES_DATABASE",
    "POSTGRES_HOST",
    "POSTGRES_PASSWORD secret",
    "POSTGRES_PORT",
    "POSTGRES_SSLMODE",
    "POSTGRES_USERNAME",
    "REDIS_URL secret",
  ]);
  expect(byName).toMatchObject({ CHATWOOT_ACCOUNT_ID: "3", CHATWOOT_TOKEN: "planted-token", POSTGRES_PORT: "5432" });
});

test("an unknown account is left out, not empty", () => {
  expect(variablesOf(outputs, undefined).map(({ name }) => name)).not.toContain("CHATWOOT_ACCOUNT_ID");
});

test("a shell reads back what was written", () => {
  const script = `set -a; eval "$1"; printf '%s' "$POSTGRES_PASSWORD|$DATABASE_URL|$REDIS_URL"`;
  const { stdout } = execaSync("sh", ["-c", script, "sh", format(variables, "dotenv")]);
  expect(stdout).toBe(`${outputs.postgres.password}|${outputs.databaseUrl}|${outputs.redisUrl}`);
});

test("JSON and GitHub's form have the values as they are", () => {
  expect(JSON.parse(format(variables, "json"))).toEqual(byName);
  const lines = format([{ name: "A", value: "1\n2", isSecret: true }], "github");
  expect(lines).toBe("A<<END_A\n1\n2\nEND_A");
});
