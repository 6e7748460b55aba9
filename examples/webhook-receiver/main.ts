/*
 * CHATWOOT_WEBHOOK_SECRET=... node examples/webhook-receiver/main.ts
 * CHATWOOT_WEBHOOK_SECRET_OLD: the previous secret, accepted during a rotation. PORT: default 8080.
 */
import { createReceiver } from "./server.ts";

const secrets = [process.env["CHATWOOT_WEBHOOK_SECRET"], process.env["CHATWOOT_WEBHOOK_SECRET_OLD"]].filter(
  (secret) => secret !== undefined && secret !== "",
) as string[];
if (secrets.length === 0) {
  console.error(
    "CHATWOOT_WEBHOOK_SECRET: is not set. Set it to the output of `pulumi stack output webhookSecret --show-secrets`.",
  );
  process.exit(1);
}
const port = Number(process.env["PORT"] ?? 8080);

const server = createReceiver({
  secret: secrets,
  onEvent(event) {
    // Messages are customers' data: log the event, not its content.
    console.log(JSON.stringify({ event: event["event"], id: event["id"] }));
  },
  onProblem: (problem) => console.error(problem),
}).listen(port, () => console.log(`listening on port ${port}`));

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.close());
