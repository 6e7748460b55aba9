import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "inbound mail without its password",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "mailgun" }),
  ],
  [
    "unknown inbound mail service",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "ses" }),
  ],
  ["mail user without authentication", "prod", ({ settings }) => (settings["mail"].smtp.username = "chat")],
  [
    "mail authentication without user and password",
    "prod",
    ({ settings }) => (settings["mail"].smtp.authentication = "plain"),
  ],
]);
