import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "event that webhooks do not have",
    "staging",
    ({ settings }) => (settings["support"].events = ["conversation_resolved"]),
  ],
  ["unknown event", "staging", ({ settings }) => (settings["support"].events = ["message_sent"])],
  [
    "webhooks that Chatwoot would refuse or show a password of",
    "staging",
    ({ settings }) =>
      (settings["webhooks"] = [
        { url: "http://a.example.com/hook" },
        { url: "https://user:planted@b.example.com/hook" },
        { url: "https://c.example.com", events: ["conversation_resolved"] },
        { url: "https://d.example.com", events: ["message_created", "message_created"], enabled: "no" },
      ]),
  ],
  [
    "webhooks twice",
    "staging",
    ({ settings }) =>
      (settings["webhooks"] = [
        { url: settings["support"].webhookUrl, name: "One" },
        { url: "https://a.example.com", name: "One" },
        { url: "https://a.example.com" },
      ]),
  ],
  ["webhooks that are no list", "prod", ({ settings }) => (settings["webhooks"] = { url: "https://a.example.com" })],
  [
    "inboxes of no kind, without what they need, and with names that Chatwoot refuses",
    "prod",
    ({ settings }) =>
      (settings["inboxes"] = [
        { kind: "sms", name: "SMS" },
        { kind: "website", name: "Shop (EU)", color: "red" },
        { kind: "email", name: "Mail <x>", address: "support" },
        { kind: "api", name: "OCC", webhookUrl: "http://occ.example.com", websiteUrl: "https://x.example.com" },
      ]),
  ],
  [
    "inboxes that share a name or an address, name no bot, or get no mail",
    "staging",
    ({ settings }) =>
      (settings["inboxes"] = [
        { kind: "email", name: "Mail", address: "a@example.com" },
        { kind: "email", name: "Post", address: "A@example.com", forwardTo: "x@reply.example.com" },
        { kind: "api", name: "Mail", agentBot: "Drafts" },
      ]),
  ],
  [
    "an inbox without its password",
    "prod",
    ({ settings }) =>
      (settings["inboxes"] = [
        {
          kind: "email",
          name: "Mail",
          address: "a@example.com",
          imap: { address: "imap.example.com", login: "a", passwordSecret: "MAIL" },
        },
      ]),
  ],
  [
    "passwords of inboxes by other names",
    "prod",
    ({ settings, secrets }) => {
      settings["inboxes"] = [
        {
          kind: "email",
          name: "Mail",
          address: "a@example.com",
          imap: { address: "imap.example.com", login: "a", passwordSecret: "MAIL" },
        },
      ];
      secrets["inboxSecrets"] = '{"POST": "planted-secret"}';
    },
  ],
  [
    "passwords that no inbox uses",
    "staging",
    ({ secrets }) => (secrets["inboxSecrets"] = '{"MAIL": "planted-secret"}'),
  ],
  [
    "bots twice, and one with a plain address",
    "prod",
    ({ settings }) =>
      (settings["agentBots"] = [
        { name: "Drafts", url: "https://a.example.com" },
        { name: "Drafts", url: "http://a.example.com" },
      ]),
  ],
  ["the service user as admin", "prod", ({ settings }) => (settings["admin"].email = "API@newjoy.ro")],
]);
