import { expect, test } from "vitest";
import { chatwootEnvironment, type EnvironmentArgs } from "./environment.ts";
import { secretsFingerprint, shortHash } from "../../lib/fingerprint.ts";
import { parseConfig } from "../../stacks/parse.ts";
import { rawConfig, stackNames, type StackName } from "../../tests/helpers/stack-files.ts";

function environmentOf(stack: StackName, change?: Parameters<typeof rawConfig>[1]) {
  const config = parseConfig(rawConfig(stack, change)).settings as EnvironmentArgs<string>["config"];
  return chatwootEnvironment<string>({
    config,
    database: {
      host: "db",
      port: 5432,
      username: "chatwoot",
      password: "secret-db",
      database: "chatwoot",
      sslMode: "require",
    },
    redis: stack === "staging" ? { url: "secret-redis" } : { openUrl: "redis://redis:6379", password: "secret-redis" },
    secretKeyBase: "secret-base",
    encryptionKeys: { primaryKey: "secret-1", deterministicKey: "secret-2", keyDerivationSalt: "secret-3" },
    storageKeys: { accessKeyId: "secret-id", secretAccessKey: "secret-key" },
    smtpPassword: config.mail.smtp ? "secret-smtp" : undefined,
  });
}

test.each(stackNames)("the environment of %s", (stack) => {
  expect(environmentOf(stack)).toMatchSnapshot();
});

test.each(stackNames)("no secret of %s is among the settings, and nothing else among the secrets", (stack) => {
  const { settings, secrets } = environmentOf(stack);
  expect(Object.values(settings).filter((value) => value.startsWith("secret-"))).toEqual([]);
  expect(Object.values(secrets).filter((value) => !value.startsWith("secret-"))).toEqual([]);
});

test("a relay without authentication gets no user, password or method", () => {
  const { settings, secrets } = environmentOf("prod");
  expect(
    Object.keys({ ...settings, ...secrets }).filter((name) => /SMTP_(USERNAME|PASSWORD|AUTHENTICATION)/.test(name)),
  ).toEqual([]);
  expect(settings["SMTP_ENABLE_STARTTLS_AUTO"]).toBe("false");
});

test("a relay with authentication gets all three", () => {
  const { settings, secrets } = environmentOf("prod", ({ settings, secrets }) => {
    settings["mail"].smtp = { address: "smtp.example.com", username: "chat" };
    secrets["smtpPassword"] = "x";
  });
  expect(settings).toMatchObject({
    SMTP_PORT: "587",
    SMTP_USERNAME: "chat",
    SMTP_AUTHENTICATION: "plain",
    SMTP_OPENSSL_VERIFY_MODE: "peer",
  });
  expect(secrets["SMTP_PASSWORD"]).toBe("secret-smtp");
});

test("no value is blank, because Chatwoot treats a blank value as set", () => {
  for (const stack of stackNames)
    expect(Object.entries(environmentOf(stack).settings).filter(([, value]) => value === "")).toEqual([]);
});

test("fingerprints ignore the order of keys, and change with every value and with the key", () => {
  expect(shortHash({ a: "1", b: "2" })).toBe(shortHash({ b: "2", a: "1" }));
  const prints = [
    ["k", { a: "1" }],
    ["k", { a: "2" }],
    ["l", { a: "1" }],
    ["k", { b: "1" }],
  ] as const;
  expect(new Set(prints.map(([key, values]) => secretsFingerprint(key, { ...values }))).size).toBe(4);
});
