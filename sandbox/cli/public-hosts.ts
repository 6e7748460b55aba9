import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createReceiver } from "../../examples/webhook-receiver/server.ts";
import type { OpenOutputs } from "../../ops/stack/outputs.ts";
import { hostsVariable, redirectHosts, type LocalHosts } from "../chatwoot/hosts.ts";
import { preparedState, startChatwoot } from "../chatwoot/index.ts";
import { createAuthority } from "../cluster/certificates.ts";

export interface PublicHosts {
  /** For the program that is to find them. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Everything that the stack's commands would find on the internet: Chatwoot as the deployment left it, the receiver of
 * its webhook, and the agent service. For as long as a command runs: nothing is kept.
 */
export async function startPublicHosts(outputs: OpenOutputs): Promise<PublicHosts> {
  const { url, account, admin, apiToken, webhookSecret, support } = outputs;
  const addresses = [url, support?.webhookUrl, support?.agentUrl].filter((each) => typeof each === "string");
  const names = [...new Set(addresses.map((each) => new URL(each).hostname))];
  const { ca, sign } = await createAuthority("chatwoot-sandbox");
  const { key, certificate } = await sign({
    subject: [{ CN: [names[0] as string] }],
    usages: ["serverAuth"],
    names: names.map((value) => ({ type: "dns", value })),
  });
  const tls = { key, cert: certificate };

  const isOn = support?.webhookEnabled === true;
  const webhooks = isOn ? [{ url: support.webhookUrl, subscriptions: support.events, secret: webhookSecret }] : [];
  const chatwoot = await startChatwoot({
    state: preparedState({ account, admin, apiToken, webhooks }),
    tls,
    frontendUrl: url,
    // The receiver is on this machine.
    allowPrivateNetwork: true,
  });
  const ports: Record<string, number> = { [new URL(url).hostname]: Number(new URL(chatwoot.url).port) };
  const servers: Server[] = [];
  const serve = async (address: string, path: string): Promise<void> => {
    const receiver = createReceiver({ secret: webhookSecret, path, onEvent: () => {} });
    const server = createServer(tls, (request, response) => receiver.emit("request", request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    ports[new URL(address).hostname] = (server.address() as AddressInfo).port;
  };
  if (support !== undefined) await serve(support.webhookUrl, new URL(support.webhookUrl).pathname);
  if (typeof support?.agentUrl === "string") await serve(support.agentUrl, "/webhooks/chatwoot");

  const hosts: LocalHosts = { ports, ca: ca.certificate };
  redirectHosts(hosts);
  return {
    environment: { [hostsVariable]: JSON.stringify(hosts) },
    async stop() {
      await chatwoot.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
