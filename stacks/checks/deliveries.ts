import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { isPrivateHost } from "../../lib/hosts.ts";
import { readWebUrl } from "../../lib/web-url.ts";

/** Rejects addresses that Chatwoot delivers to only if private networks are allowed. */
export function checkDeliveries(settings: PartialSettings): Problem[] {
  const { webhooks = [], agentBots = [], inboxes = [], support, deliveries } = settings;
  if (deliveries?.allowPrivateNetwork === true) return [];
  const urls: [key: string, url: string | undefined][] = [
    ...webhooks.map(({ url }, index) => [`webhooks.${index}.url`, url] as [string, string]),
    ...agentBots.map(({ url }, index) => [`agentBots.${index}.url`, url] as [string, string]),
    ...inboxes.map((inbox, index): [string, string | undefined] => [
      `inboxes.${index}.webhookUrl`,
      inbox.kind === "api" ? inbox.webhookUrl : undefined,
    ]),
    ["support.webhookUrl", support?.webhookUrl],
  ];
  return urls.flatMap(([key, url]): Problem[] => {
    if (url === undefined) return [];
    const read = readWebUrl(url);
    if ("problem" in read) return [];
    const { hostname, protocol } = read.url;
    const fix = "Use a public https address, or set chatwoot:deliveries.allowPrivateNetwork to true";
    if (isPrivateHost(hostname))
      return [{ key, message: `is on the private host ${hostname}, to which Chatwoot delivers nothing. ${fix}` }];
    if (protocol === "http:") return [{ key, message: `sends customers' messages unencrypted. ${fix}` }];
    return [];
  });
}
