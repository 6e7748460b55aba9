import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["no target", "staging", ({ settings }) => delete settings["target"]],
  ["unknown target", "staging", ({ settings }) => (settings["target"] = "flyy")],
  ["missing url", "staging", ({ settings }) => delete settings["url"]],
  ["misspelt key", "staging", ({ settings }) => (settings["imge"] = "x")],
  ["misspelt nested key", "staging", ({ settings }) => (settings["web"] = { counts: 2 })],
  [
    "misspelt key in a variant",
    "prod",
    ({ settings }) => (settings["storage"] = { kind: "claim", storageClas: "longhorn-ssd" }),
  ],
  ["another target's key", "prod", ({ settings }) => (settings["fly"] = { app: "x" })],
  ["object given as text", "staging", ({ settings }) => (settings["web"] = "two")],
  ["text where a number belongs", "staging", ({ settings }) => (settings["web"].threads = "three")],
  ["zero machines", "staging", ({ settings }) => (settings["worker"].count = 0)],
  ["odd memory", "staging", ({ settings }) => (settings["web"].memoryMb = 1000)],
  ["a switch that is no switch", "staging", ({ settings }) => (settings["support"].webhookEnabled = "off")],
  ["an account that is an object", "staging", ({ settings }) => (settings["account"] = { name: "x" })],
  [
    "names of objects with a line break",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].ingress, { className: "nginx\n", clusterIssuer: "lets\nencrypt" }),
  ],
  [
    "control characters and halves of characters",
    "prod",
    ({ settings }) => {
      settings["account"] = "New\u0000joy";
      settings["mail"].sender = "New\njoy <chat@newjoy.ro>";
      settings["mail"].smtp.username = "relay\ud800";
      settings["environment"] = { LOG_LEVEL: "debug\r" };
      settings["kubernetes"].ingress.annotations = { "a\nb": "x" };
    },
  ],
]);

test("every problem is listed at once", () => {
  const raw = rawConfig("staging", ({ settings, secrets }) => {
    settings["target"] = "fly.io";
    settings["url"] = "hotdash";
    settings["web"].threads = 20;
    settings["wroker"] = {};
    settings["fly"].redis.plan = "pro 2k";
    delete secrets["storageAccessKeyId"];
  });
  expect(problemsOf(raw)).toMatchInlineSnapshot(`
    "chatwoot:target: is "fly.io". Set it to fly or kubernetes.
    chatwoot:url: is not a plain https address. Write it as https://host, without a path or a trailing slash.
    chatwoot:fly.redis.plan: no longer exists. Remove it for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB".
    chatwoot:storageAccessKeyId: is missing. Run \`pulumi config set --secret chatwoot:storageAccessKeyId --stack staging\`.
    chatwoot:database.poolLimit: allows 15 connections, but web, worker and the facts tables hold web 1 x 20 + worker 1 x 5 + facts 1 = 26. Lower web.threads or worker.concurrency, set factsDatabaseUrl to another database, or raise the connection limit of the database."
  `);
});
