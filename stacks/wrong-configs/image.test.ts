import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["image latest", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:latest")],
  ["image without a tag", "prod", ({ settings }) => (settings["image"] = "registry.example.com:5000/chatwoot")],
  ["image with the webhook problem", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.14.0")],
]);
