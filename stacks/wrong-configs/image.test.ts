import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["image latest", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:latest")],
  ["image without a tag", "prod", ({ settings }) => (settings["image"] = "registry.example.com:5000/chatwoot")],
  [
    "images without an exact version",
    "prod",
    ({ settings }) => (settings["kubernetes"].images = { redis: "redis:latest", proxy: "oauth2-proxy" }),
  ],
  [
    "images without a digest of full length",
    "staging",
    ({ settings }) => (settings["fly"].images = { node: "node@sha256:ab" }),
  ],
  ["image with the webhook problem", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.14.0")],
]);
