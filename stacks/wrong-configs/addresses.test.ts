import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["url with a path", "staging", ({ settings }) => (settings["url"] = "https://chat.example.com/app")],
  ["url without TLS", "prod", ({ settings }) => (settings["url"] = "http://chat.newjoy.ro")],
  ["another app's address", "staging", ({ settings }) => (settings["url"] = "https://other.fly.dev")],
  ["bad mail address", "staging", ({ settings }) => (settings["admin"] = { email: "admin" })],
  ["webhook without TLS", "staging", ({ settings }) => (settings["support"].webhookUrl = "http://10.0.0.1/hook")],
]);
