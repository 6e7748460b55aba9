import { describe, expect, test } from "vitest";
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

describe("what Chatwoot sends", () => {
  test("inbox events are switched on where a webhook subscribes to them, and only there", () => {
    const subscribed = environmentOf("prod", ({ settings }) => {
      settings["webhooks"] = [{ url: "https://hooks.example.com/in", events: ["inbox_updated"] }];
    });
    expect(subscribed.settings["ENABLE_INBOX_EVENTS"]).toBe("true");
    expect(environmentOf("prod").settings).not.toHaveProperty("ENABLE_INBOX_EVENTS");
  });

  test("private networks are reached only if the setting allows it", () => {
    const allowed = environmentOf("prod", ({ settings }) => (settings["deliveries"] = { allowPrivateNetwork: true }));
    expect(allowed.settings["SAFE_FETCH_ALLOW_PRIVATE_NETWORK"]).toBe("true");
    expect(environmentOf("prod").settings).not.toHaveProperty("SAFE_FETCH_ALLOW_PRIVATE_NETWORK");
  });
});

test("mail from Amazon SES is authenticated by its topic", () => {
  const snsTopic = "arn:aws:sns:eu-west-1:123456789012:mail";
  const { settings, secrets } = environmentOf("prod", ({ settings }) => {
    settings["mail"].inbound = { domain: "reply.example.com", service: "ses", snsTopic };
  });
  expect(settings).toMatchObject({ RAILS_INBOUND_EMAIL_SERVICE: "ses", ACTION_MAILBOX_SES_SNS_TOPIC: snsTopic });
  expect(Object.keys(secrets).filter((name) => /INBOUND|INGRESS/.test(name))).toEqual([]);
});

test.each(stackNames)("links open in Chatwoot's mobile apps from %s, or in your own", (stack) => {
  expect(environmentOf(stack).settings).toMatchObject({
    IOS_APP_ID: "L7YLMN4634.com.chatwoot.app",
    ANDROID_BUNDLE_ID: "com.chatwoot.app",
  });
  const own = environmentOf(stack, ({ settings }) => (settings["environment"] = { IOS_APP_ID: "TEAM.org.example" }));
  expect(own.settings["IOS_APP_ID"]).toBe("TEAM.org.example");
});

test("sign-in with Google gets Chatwoot's callback", () => {
  const { settings } = environmentOf("prod", ({ settings, secrets }) => {
    settings["environment"] = { GOOGLE_OAUTH_CLIENT_ID: "id" };
    secrets["environmentSecrets"] = '{"GOOGLE_OAUTH_CLIENT_SECRET":"secret"}';
  });
  expect(settings["GOOGLE_OAUTH_CALLBACK_URL"]).toBe("https://chat.newjoy.ro/omniauth/google_oauth2/callback");
});
