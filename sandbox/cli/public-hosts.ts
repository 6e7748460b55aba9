import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ChatwootClient } from "../../ops/lib/chatwoot/client.ts";
import type { OpenOutputs } from "../../ops/lib/stack/outputs.ts";
import { hostsVariable, redirectHosts, type LocalHosts } from "../chatwoot/hosts.ts";
import { preparedState, startChatwoot } from "../chatwoot/chatwoot.ts";
import { createAuthority } from "kubernetes-sandbox";
import { createAgent } from "../consumer/agent.ts";
import { createConsumer } from "../consumer/consumer.ts";
import { factsWriter } from "../consumer/facts.ts";
import { handOn } from "../consumer/hand-on.ts";

/** The agent service's address if the stack does not configure one. */
const unnamedAgent = "https://agent-service.invalid";

export interface PublicHosts {
  /** Environment variables of the program that connects to these hosts. */
  environment: Record<string, string>;
  /** A client of Chatwoot's API at its public address, with the stack's token. */
  readonly client: ChatwootClient;
  /** Resolves when every delivery of Chatwoot is recorded. */
  settled(): Promise<void>;
  /** Applies the changes of another preparation step: the token and the webhooks. */
  prepare(outputs: OpenOutputs): void;
  stop(): Promise<void>;
}

/**
 * The public hosts that the stack's commands call: Chatwoot as the deployment left it, the consumer of its webhook,
 * which writes facts to `factsUrl`, and the agent service, which writes drafts. They run until the command finishes;
 * Chatwoot's data is not kept. `temporaryFolders` are those of the deployed web.
 */
export async function startPublicHosts(
  outputs: OpenOutputs,
  factsUrl: string | undefined,
  temporaryFolders?: readonly string[],
): Promise<PublicHosts> {
  const { url, apiToken, support } = outputs;
  const agentUrl = support?.agentUrl ?? unnamedAgent;
  const addresses = [url, ...(support === undefined ? [] : [support.webhookUrl, agentUrl])];
  const names = [...new Set(addresses.map((each) => new URL(each).hostname))];
  const { ca, sign } = await createAuthority("chatwoot-sandbox");
  const { key, certificate } = await sign({
    subject: [{ CN: [names[0] as string] }],
    usages: ["serverAuth"],
    names: names.map((value) => ({ type: "dns", value })),
  });
  const tls = { key, cert: certificate };

  const chatwoot = await startChatwoot({
    state: stateOf(outputs),
    tls,
    frontendUrl: url,
    // The consumer runs on this machine.
    allowPrivateNetwork: true,
    ...(temporaryFolders === undefined ? {} : { temporaryFolders }),
  });
  const ports: Record<string, number> = { [new URL(url).hostname]: Number(new URL(chatwoot.url).port) };
  const servers: Server[] = [];
  const serve = async (address: string, plain: Server): Promise<void> => {
    const server = createServer(tls, (request, response) => plain.emit("request", request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    ports[new URL(address).hostname] = (server.address() as AddressInfo).port;
  };

  let client = new ChatwootClient({ baseUrl: url, apiToken });
  // During a rotation both secrets are valid; the newest comes first.
  const secret = [outputs.webhookSecret];
  const onProblem = (problem: string): void => console.error(`sandbox: ${problem}`);
  const writer = factsUrl === undefined ? undefined : factsWriter(factsUrl);
  const consumer = createConsumer({
    secret,
    path: new URL(support?.webhookUrl ?? url).pathname,
    handOn: async (event) => [await handOn(event, { agentUrl, secret: secret[0] as string })],
    write: async (fact) => writer?.write(fact),
    onProblem,
  });
  const accountId = 1;
  const drafts = new Set<Promise<unknown>>();
  const draft = (id: number, content: string): Promise<unknown> => {
    const one = client.createMessage(accountId, id, { content, isPrivate: true });
    const ended = one.catch(() => undefined).finally(() => drafts.delete(ended));
    drafts.add(ended);
    return one;
  };
  if (support !== undefined) {
    await serve(support.webhookUrl, consumer.server);
    await serve(agentUrl, createAgent({ secret, draft, onProblem }));
  }

  const hosts: LocalHosts = { ports, ca: ca.certificate };
  redirectHosts(hosts);
  const settled = async (): Promise<void> => {
    await chatwoot.settled();
    await consumer.settled();
    await Promise.all(drafts);
    // Chatwoot delivers the drafts to its webhook too.
    await chatwoot.settled();
  };
  return {
    environment: { [hostsVariable]: JSON.stringify(hosts) },
    get client() {
      return client;
    },
    settled,
    prepare(next) {
      client = new ChatwootClient({ baseUrl: url, apiToken: next.apiToken });
      if (!secret.includes(next.webhookSecret)) secret.unshift(next.webhookSecret);
      const prepared = stateOf(next);
      chatwoot.state.version = prepared.version;
      chatwoot.state.webhooks = prepared.webhooks;
      for (const user of chatwoot.state.users) {
        const fresh = prepared.users.find(({ email }) => email === user.email);
        if (fresh?.type === null) user.accessToken = fresh.accessToken;
      }
    },
    async stop() {
      await settled();
      await chatwoot.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await writer?.end();
    },
  };
}

/** Chatwoot's state after the preparation step. */
function stateOf({ account, admin, apiToken, support, webhookSecret: secret, ...others }: OpenOutputs) {
  const isOn = support?.webhookEnabled === true;
  const webhooks = isOn ? [{ url: support.webhookUrl, subscriptions: support.events, secret }] : [];
  const version = /:v?(\d+\.\d+\.\d+)/.exec(String(others["image"]))?.[1];
  return preparedState({ account, admin, apiToken, webhooks, ...(version === undefined ? {} : { version }) });
}
