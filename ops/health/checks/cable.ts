import type { ChatwootClient, Profile } from "../../lib/chatwoot/client.ts";
import { failed, ok, skipped, type Check, type Outcome } from "../check.ts";
import { nextSteps, type Target } from "../target.ts";
import { visitCable, type CableAnswer } from "./cable-socket.ts";
import { accountOf } from "./chatwoot.ts";

/** A web process that delivers events confirms within 0.3 s; one whose listener has ended never does. */
const confirmSeconds = 5;

export interface CableAccess {
  client: ChatwootClient;
  profile: () => Promise<Profile>;
  timeoutSeconds: number;
}

/**
 * Subscribes to the ActionCable websocket, through which agents and customers receive messages, once for each web
 * process. It subscribes as the token's user, because a process that delivers nothing still confirms a stream that another
 * socket has. Each websocket closes before the next opens, so that the load balancer can choose another process.
 */
export function cable(target: Target, access: CableAccess): Check {
  return { name: "websocket", run: () => check(target, access) };
}

async function check(target: Target, access: CableAccess): Promise<Outcome> {
  const subscription = target.apiToken === undefined ? "no CHATWOOT_API_KEY" : await subscriptionOf(target, access);
  const channel = typeof subscription === "string" ? undefined : subscription;
  const answers: CableAnswer[] = [];
  for (let tries = 0; tries < (channel === undefined ? 1 : target.web.processes); tries++) {
    const limits = {
      timeoutSeconds: access.timeoutSeconds,
      confirmSeconds: Math.min(confirmSeconds, access.timeoutSeconds),
    };
    const answer = await visitCable({ baseUrl: target.baseUrl, channel, ...limits });
    if (typeof answer === "object") return refused(answer.status, target);
    answers.push(answer);
  }
  if (typeof subscription === "string")
    return skipped(`/cable opens; whether web delivers events was not checked: ${subscription}`);
  const confirmed = answers.filter((answer) => answer === "confirmed").length;
  if (confirmed === answers.length) return ok(`/cable confirms subscriptions (${confirmed} of ${answers.length})`);
  return failed(
    `/cable opens, but confirmed ${confirmed} of ${answers.length} subscriptions: web delivers no events, as after a restart of Redis`,
    `Restart web: ${target.web.restart}`,
  );
}

/** The subscription of the token's user, or why it must not be made. */
async function subscriptionOf(
  target: Target,
  { client, profile }: CableAccess,
): Promise<Record<string, unknown> | string> {
  // The token check reports problems of the token.
  const user = await profile().catch(() => undefined);
  const account = user && accountOf(user, target);
  if (user?.pubsub_token == null || account === undefined) return "the token has no access to the account";
  const assigned = await inboxThatAssigns(client, account.id, user.id);
  if (assigned !== undefined)
    return `the token's user answers in inbox "${assigned}" with auto assignment, and would get conversations`;
  return { channel: "RoomChannel", pubsub_token: user.pubsub_token, account_id: account.id, user_id: user.id };
}

/** A subscription makes its user look online for 20 s, and such a user gets conversations of these inboxes. */
async function inboxThatAssigns(client: ChatwootClient, accountId: number, userId: number) {
  const inboxes = (await client.inboxes(accountId)).filter(({ enable_auto_assignment: assigns }) => assigns);
  for (const { id, name } of inboxes)
    if ((await client.inboxMembers(accountId, id)).some((member) => member.id === userId)) return name;
  return undefined;
}

function refused(status: number, target: Target): Outcome {
  const { logs } = nextSteps(target);
  if ((status >= 300 && status < 400) || status === 401 || status === 403)
    return failed(`/cable answers ${status}`, "Exclude /cable from single sign-on: the widget has no session");
  // Chatwoot accepts any origin. It answers 404 to a request that is no websocket upgrade.
  if ([200, 400, 404, 426].includes(status))
    return failed(
      `/cable answers ${status} instead of opening a websocket`,
      "Configure the proxy to forward the headers Upgrade and Connection",
    );
  return failed(`/cable answers ${status}`, logs);
}
