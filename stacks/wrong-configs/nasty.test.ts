import { describe, expect, test } from "vitest";
import { rawConfig, type Any, type StackName } from "../../tests/helpers/stack-files.ts";
import { problemsOf } from "../../tests/helpers/wrong-configs.ts";

/* Values that look right and cannot work, with their first words of the answer. */

type Values = { settings: Record<string, Any>; secrets: Record<string, string> };

const answer = (stack: StackName, change: (values: Values) => void): string => problemsOf(rawConfig(stack, change));

const withMail = ({ settings, secrets }: Values, smtp: object = {}): void => {
  settings["mail"].smtp = { address: "relay.example.com", username: "chat", ...smtp };
  secrets["smtpPassword"] = "planted-password";
};

test("a relay that is right", () => expect(answer("staging", (values) => withMail(values))).toBe("no problem"));

test.each([
  ["smtp://relay.example.com", "is not a valid host"],
  ["relay.example.com:587", "is not a valid host"],
  ["chat@relay.example.com", "is not a valid host"],
  ["relay..example.com", "is not a valid host"],
  ["<relay>", "is not a valid host"],
  ["mäil.example.com", "is not a valid host"],
  [`${"a".repeat(64)}.example.com`, "is not a valid host"],
  ["-relay.example.com", "is not a valid host"],
  ["localhost", "is localhost, which Chatwoot's machines cannot reach"],
  ["10.0.0.3", "is 10.0.0.3, which Chatwoot's machines cannot reach"],
  ["mail.default.svc", "is mail.default.svc, which Chatwoot's machines cannot reach"],
])("the relay %s", (address, problem) =>
  expect(answer("staging", (values) => withMail(values, { address }))).toContain(`mail.smtp.address: ${problem}`),
);

test("a relay in the cluster", () =>
  expect(answer("prod", (values) => withMail(values, { address: "mail.default.svc" }))).toBe("no problem"));

test.each([
  [993, "is 993, which is not a port for sending mail. Use 587, or 465 with tls: tls."],
  [443, "is 443, which is not a port for sending mail"],
  [587.5, "is not a whole number. Write one."],
])("the relay's port %s", (port, problem) =>
  expect(answer("staging", (values) => withMail(values, { port }))).toContain(`mail.smtp.port: ${problem}`),
);

test.each([
  ["$SMTP_PASSWORD", "is a placeholder. Set the real value"],
  ["[secret]", "is a placeholder. Set the real value"],
  ["changeme", "is a placeholder. Set the real value"],
  ["***", "is a placeholder. Set the real value"],
  ["TODO", "is a placeholder. Set the real value"],
  ['"planted"', "is in quotation marks"],
  ["'planted'", "is in quotation marks"],
  ["plan\u200bted", "has the invisible character U+200B in it"],
  ["plan\u00a0ted", "has the invisible character U+00A0 in it"],
])("the password %j", (password, problem) =>
  expect(
    answer("staging", (values) => {
      withMail(values);
      values.secrets["smtpPassword"] = password;
    }),
  ).toContain(`chatwoot:smtpPassword: ${problem}`),
);

test.each(["Chat <a@b..c>", "Chat <a@b.c.>", "a@localhost", "Chat <a@b>"])("the sender %s", (sender) =>
  expect(answer("staging", ({ settings }) => (settings["mail"].sender = sender))).toContain(
    "chatwoot:mail.sender: is not a valid sender",
  ),
);

describe.each(["https://chat_x.example.com", "https://chat.example.com.", "https://chat-.example.com"])(
  "the url %s",
  (url) => {
    test.each(["staging", "prod"] as const)("%s", (stack) =>
      expect(answer(stack, ({ settings }) => (settings["url"] = url))).toContain(
        "chatwoot:url: has a host that no certificate can name",
      ),
    );
  },
);

test.each(["https://10.0.0.1", "https://[2001:db8::1]"])("the ingress at %s", (url) =>
  expect(answer("prod", ({ settings }) => (settings["url"] = url))).toContain(
    "chatwoot:url: is an IP address, but the ingress matches requests by name. Use a name, or mode: none.",
  ),
);

const address = (rest: string): string => `postgresql://chat:planted@${rest}`;
test.each([
  [address("localhost/d"), "points at localhost, a private address that machines on Fly cannot reach"],
  [address("[::1]/d"), "points at ::1, a private address that machines on Fly cannot reach"],
  [address("10.1.2.3/d"), "points at 10.1.2.3, a private address that machines on Fly cannot reach"],
  [address("postgres/d"), "points at postgres, a private address"],
  [address("db.chat.svc/d"), "points at db.chat.svc, a private address"],
  [address("db..example.com/d"), "has a host that is not a valid name"],
  [address("db.example.com/d#x"), "has a # after the database"],
  [address("db.example.com/d?options=-csearch_path%3Dx"), "has the parameter options, which Chatwoot does not get"],
  [address("db.example.com/d?sslmode=require&sslmode=disable"), "has sslmode twice"],
  ["postgresql://chat:$PASSWORD@db.example.com/d", "still has a placeholder"],
  [address("db.example.com/d").replace("nt", "n\u200bt"), "has the invisible character U+200B in it"],
])("the database %s", (databaseUrl, problem) =>
  expect(answer("staging", ({ secrets }) => (secrets["databaseUrl"] = databaseUrl))).toContain(
    `chatwoot:databaseUrl: ${problem}`,
  ),
);

test.each(["chatwoot-db.internal", "chatwoot-db.flycast"])("a database on Fly's network: %s", (host) =>
  expect(answer("staging", ({ secrets }) => (secrets["databaseUrl"] = address(`${host}/d`)))).toBe("no problem"),
);

test.each([
  ["LOG_LEVEL", "verbose", 'is "verbose", which is not a log level, so Rails would not start'],
  ["DEFAULT_LOCALE", "deutsch", "which is not a language code"],
  ["POSTGRES_STATEMENT_TIMEOUT", "14", "which is too short a time limit, or none"],
  ["RACK_TIMEOUT_SERVICE_TIMEOUT", "15s", "which is not a number of seconds"],
])("the variable %s: %s", (name, value, problem) =>
  expect(answer("staging", ({ settings }) => (settings["environment"] = { [name]: value }))).toContain(problem),
);

test.each([
  { LOG_LEVEL: "DEBUG", DEFAULT_LOCALE: "pt_BR", POSTGRES_STATEMENT_TIMEOUT: "600s" },
  { LOG_LEVEL: "warn", DEFAULT_LOCALE: "de", POSTGRES_STATEMENT_TIMEOUT: "14000", RACK_TIMEOUT_SERVICE_TIMEOUT: "0" },
])("variables that are right: %j", (environment) =>
  expect(answer("staging", ({ settings }) => (settings["environment"] = environment))).toBe("no problem"),
);

test.each([
  ["https://agent..example.com/x", "has a host that DNS does not allow"],
  ["https://agent.example.com:0/x", "has the port 0"],
  ["https://agent.example.com/x y", "has a blank in it"],
])("the webhook %s", (url, problem) =>
  expect(answer("staging", ({ settings }) => (settings["webhooks"] = [{ url }]))).toContain(
    `webhooks.0.url: ${problem}`,
  ),
);

test.each([
  ["rediss://:planted@redis..example.com", "has a host that is not a valid name"],
  ["rediss://:planted@localhost:6379", "has the host localhost, which is the pod itself"],
])("Redis at %s", (redisUrl, problem) =>
  expect(
    answer("prod", ({ settings, secrets }) => {
      settings["kubernetes"].redis = { kind: "external" };
      secrets["redisUrl"] = redisUrl;
    }),
  ).toContain(`chatwoot:redisUrl: ${problem}`),
);
