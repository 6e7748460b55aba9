/*
 * CHATWOOT_WEBHOOK_SECRET=... node examples/webhook-receiver/main.ts
 *
 * CHATWOOT_WEBHOOK_SECRET_OLD, the one before, is taken as well while the secret rotates. PORT is 8080 by default.
 */
import { createReceiver } from "./server.ts";

const secrets = [process.env["CHATWOOT_WEBHOOK_SECRET"], process.env["CHATWOOT_WEBHOOK_SECRET_OLD"]].filter(
  (secret) => secret !== undefined && secret !== "",
) as string[];
if (secrets.length === 0) {
  console.error(
    "CHATWOOT_WEBHOOK_SECRET: is not set. Take it from the stack: `pulumi stack output webhookSecret --show-secrets`.",
  );
  process.exit(1);
}
const port = Number(process.env["PORT"] ?? 8080);

const server = createReceiver({
  secret: secrets,
  onEvent(event) {
    // The content of messages belongs to customers: log what happened, not what was said.
    console.log(JSON.stringify({ event: event["event"], id: event["id"] }));
  },
  onProblem: (problem) => console.error(problem),
}).listen(port, () => console.log(`listening on port ${port}`));

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
