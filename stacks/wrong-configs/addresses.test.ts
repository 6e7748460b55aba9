import { testWrong, type WrongConfig } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["url with a path", "staging", ({ settings }) => (settings["url"] = "https://chat.example.com/app")],
  ["url without TLS", "prod", ({ settings }) => (settings["url"] = "http://chat.newjoy.ro")],
  ["another app's address", "staging", ({ settings }) => (settings["url"] = "https://other.fly.dev")],
  ["bad mail address", "staging", ({ settings }) => (settings["admin"] = { email: "admin" })],
  ["webhook without TLS", "staging", ({ settings }) => (settings["support"].webhookUrl = "http://10.0.0.1/hook")],

  ...[
    "https://host:99999",
    "https://[",
    "https://%00",
    "https://user:planted-secret@chat.example.com",
    "https://chat.example.com?lang=en",
    "https://chat.example.com#top",
    "https://*.example.com",
    "https://localhost",
    "https://127.0.0.1:3000",
    "https://chat.example.com:8443",
    "https://203.0.113.5",
    "https://hotdash-chatwoot.internal",
    "https://chat",
  ].map((url): WrongConfig => [`the url ${url}`, "staging", ({ settings }) => (settings["url"] = url)]),
  [
    "addresses that no program can parse",
    "prod",
    ({ settings }) => {
      settings["support"] = { webhookUrl: "https://host:99999", agentUrl: "https://[" };
      settings["kubernetes"].sso.issuer = "https://a:99999";
      settings["kubernetes"].postgres.backup.endpoint = "https://%00";
      settings["kubernetes"].chart = { repository: "https://user:planted-secret@charts.example.com" };
    },
  ],
]);
