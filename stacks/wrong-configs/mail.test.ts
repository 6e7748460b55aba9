import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

testWrong([
  [
    "inbound mail without its password",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "mailgun" }),
  ],
  [
    "unknown inbound mail service",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "sms" }),
  ],
  [
    "Amazon SES without its topic",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "ses" }),
  ],
  [
    "a topic that is no ARN",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "ses", snsTopic: "mail" }),
  ],
  [
    "a topic for another service, whose password is missing",
    "prod",
    ({ settings }) =>
      (settings["mail"].inbound = {
        ...{ domain: "reply.example.com", service: "relay" },
        snsTopic: "arn:aws:sns:eu-west-1:123456789012:mail",
      }),
  ],
  ["mail user without authentication", "prod", ({ settings }) => (settings["mail"].smtp.username = "chat")],
  [
    "mail authentication without user and password",
    "prod",
    ({ settings }) => (settings["mail"].smtp.authentication = "plain"),
  ],

  ...[
    { port: 465 },
    { port: 465, tls: "none" },
    { port: 587, tls: "tls" },
    { port: 25, tls: "tls" },
    { port: 70000 },
  ].map((given): WrongConfig => [
    `a relay with ${JSON.stringify(given)}`,
    "prod",
    ({ settings }) => (settings["mail"].smtp = { address: "smtp.example.com", authentication: "none", ...given }),
  ]),
  ...[
    { port: 993, tls: false },
    { port: 143, tls: true },
  ].map((given): WrongConfig => [
    `a mailbox with ${JSON.stringify(given)}`,
    "staging",
    ({ settings, secrets }) => {
      const imap = { address: "imap.example.com", login: "a", passwordSecret: "MAIL", ...given };
      settings["inboxes"] = [{ kind: "email", name: "Mail", address: "a@example.com", imap }];
      secrets["inboxSecrets"] = '{"MAIL": "planted-secret"}';
    },
  ]),
  ...["Acme, Inc. <a@example.com>", "Acme: Support <a@example.com>", "a@b <a@example.com>"].map(
    (sender): WrongConfig => [`the sender ${sender}`, "staging", ({ settings }) => (settings["mail"].sender = sender)],
  ),
]);

test.each([{ port: 465, tls: "tls" }, { port: 587 }, { port: 587, tls: "none" }, { port: 2525, tls: "starttls" }])(
  "a relay can have %j",
  (given) => {
    const raw = rawConfig("prod", ({ settings }) => {
      settings["mail"].smtp = { address: "smtp.example.com", authentication: "none", ...given };
    });
    expect(problemsOf(raw)).toBe("no problem");
  },
);

test.each(['"Acme, Inc." <a@example.com>', "Acme Inc. (EU) <a@example.com>", "a@example.com"])(
  "the sender can be %s",
  (sender) => {
    expect(problemsOf(rawConfig("staging", ({ settings }) => (settings["mail"].sender = sender)))).toBe("no problem");
  },
);

test("port 25 on Fly is warned of", () => {
  const smtp = { address: "smtp.example.com", port: 25, authentication: "none", tls: "none" };
  const change = ({ settings }: { settings: Record<string, { smtp?: object }> }): void => {
    settings["mail"]!.smtp = smtp;
  };
  expect(parseConfig(rawConfig("staging", change)).warnings).toMatchObject([{ key: "mail.smtp.port" }]);
  expect(parseConfig(rawConfig("prod", change)).warnings).toEqual([]);
});
