import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "attachments on a Fly volume",
    "staging",
    ({ settings }) => (settings["storage"] = { kind: "claim", storageClass: "x" }),
  ],
  ["claim that only one node can mount", "prod", ({ settings }) => (settings["storage"].accessMode = "ReadWriteOnce")],
  ["attachments on a machine's disk", "staging", ({ settings }) => (settings["storage"] = { kind: "local" })],
]);
