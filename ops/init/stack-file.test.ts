import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Target } from "../../config/schema.ts";
import { parseConfig } from "../../stacks/parse.ts";
import { asPulumiWrites } from "../../tests/repository/stack-file-form.ts";
import { formatInit } from "./report.ts";
import { newStackFile } from "./new-file.ts";
import { planSecrets } from "./plan.ts";
import { encryptedIn, settingsIn } from "./stack-file.ts";
import type { VaultValue } from "./vault.ts";

const answers: Record<string, string> = {
  ...{ app: "acme", organization: "acme-inc", region: "fra" },
  ...{ context: "cluster", namespace: "help", "storage-class": "fast", "ingress-class": "traefik" },
  ...{ url: "https://help.acme.com", account: "Acme: help", admin: "a@acme.com", sender: "Acme <help@acme.com>" },
};
const vaultOf = (names: Record<string, string>) =>
  new Map<string, VaultValue>(Object.entries(names).map(([name, value]) => [name, { value, file: `vault/${name}` }]));
const write = (target: Target, vault = vaultOf({}), existing = "") =>
  newStackFile(({ name }) => Promise.resolve(name === "target" ? target : answers[name]!), vault, existing);

/** The file's configuration with its required secrets, as the program reads it. */
function check(text: string, secrets: Record<string, string>): ReturnType<typeof parseConfig> {
  const { config } = parse(text) as { config: Record<string, unknown> };
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith("chatwoot:"))
    .map(([key, value]) => [key.slice("chatwoot:".length), typeof value === "string" ? value : JSON.stringify(value)]);
  const values = { ...(Object.fromEntries(own) as Record<string, string>), ...secrets };
  return parseConfig({ stack: "staging", values, encrypted: new Set(Object.keys(secrets)) });
}

const database = "postgresql://chatwoot:password@db.example.com:5432/chatwoot?sslmode=require";
const redis = "rediss://:password@redis.example.com:6379";

describe.each(["fly", "kubernetes"] as const)("a new file for %s", (target) => {
  const [servers, needed] = [
    vaultOf({ DATABASE_URL: database, REDIS_URL: redis, SMTP_ADDRESS: "smtp.acme.com", SMTP_USERNAME: "u" }),
    target === "fly" ? { databaseUrl: database } : {},
  ];
  test("is complete, except for secrets", async () => {
    const { settings } = check(await write(target), needed);
    expect(settings).toMatchObject({ target, url: "https://help.acme.com", account: "Acme: help" });
    if (settings.target === "fly") expect(settings.fly).toMatchObject({ app: "acme", region: "fra" });
    else expect(settings.kubernetes).toMatchObject({ context: "cluster", redis: { storageClass: "fast" } });
  });

  test("has the vault's servers", async () => {
    const text = await write(target, servers);
    const external = target === "fly" ? {} : { redisUrl: redis };
    const { settings } = check(text, { databaseUrl: database, ...external, smtpPassword: "x" });
    expect(settings.mail.smtp).toMatchObject({ address: "smtp.acme.com", username: "u" });
    for (const secret of ["password@", "db.example.com"]) expect(text).not.toContain(secret);
  });

  test("has Pulumi's format, and keeps what Pulumi wrote", async () => {
    const existing = "encryptionsalt: v1:x\nconfig:\n  chatwoot:databaseUrl:\n    secure: v1:y\n";
    const text = await write(target, vaultOf({}), existing);
    expect(asPulumiWrites(text)).toBe(text);
    expect(parse(text)).toMatchObject({ encryptionsalt: "v1:x", config: { "chatwoot:target": target } });
    expect(encryptedIn(text)).toEqual(["chatwoot:databaseUrl"]);
  });
});

test("a file without settings is new, one with settings is not", () => {
  expect(settingsIn("")).toBeUndefined();
  expect(settingsIn("encryptionsalt: v1:x\nconfig:\n  chatwoot:databaseUrl:\n    secure: v1:y\n")).toBeUndefined();
  expect(settingsIn("config:\n  chatwoot:target: fly\n")).toEqual({ "chatwoot:target": "fly" });
});

test("stores what the settings use and the file does not have, and names the rest", async () => {
  const vault = vaultOf({
    ...{ DATABASE_URL: database, REDIS_URL: redis, FLY_API_TOKEN: "t", SMTP_PASSWORD: "p", CHATWOOT_TOKEN: "c" },
    ...{ SMTP_ADDRESS: "smtp.acme.com", SMTP_USERNAME: "u" },
  });
  const config = settingsIn(await write("fly", vault))!;
  const plan = planSecrets(config, ["chatwoot:smtpPassword"], vault);
  expect(plan).toEqual({
    store: [{ name: "databaseUrl", value: database, variable: "DATABASE_URL", file: "vault/DATABASE_URL" }],
    kept: ["smtpPassword"],
    missing: [],
    exported: [{ variable: "FLY_API_TOKEN", file: "vault/FLY_API_TOKEN" }],
    unused: ["REDIS_URL", "CHATWOOT_TOKEN"],
  });
  const report = formatInit({ stack: "staging", file: "Pulumi.staging.yaml", isNew: true, plan, isStack: true });
  expect(report).toMatch(/\n {2}set -a; \. vault\/FLY_API_TOKEN; set \+a\n {2}pulumi preview --stack staging$/);
  expect(report).not.toContain(database);
});

test("names the command of each secret that is missing", async () => {
  const plan = planSecrets(settingsIn(await write("fly"))!, [], vaultOf({}));
  expect(plan.missing).toEqual(["databaseUrl"]);
  expect(formatInit({ stack: "s", file: "Pulumi.s.yaml", isNew: true, plan, isStack: false })).toMatch(
    /\nNext:\n {2}pulumi stack init s\n {2}pulumi config set --secret chatwoot:databaseUrl --stack s\n {2}pulumi preview/,
  );
});
