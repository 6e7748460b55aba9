import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { isPrivateHost } from "../../lib/hosts.ts";
import { ok, skipped, warned, type Check, type Outcome } from "../health/check.ts";
import type { CreatedObjects } from "./created.ts";
import type { Parts } from "./parts.ts";
import { traceName } from "./traces.ts";

/** The feature of an account with which Chatwoot stores the address of a widget's visitor. */
const feature = "ip_lookup";

/** Shows the address that Chatwoot takes for this machine's, as it does for a visitor's: its throttles count by it. */
export function visitorAddress({ client, patient, signal }: Parts, accountId: number, made: CreatedObjects): Check {
  return {
    name: "address",
    async run() {
      const { features } = await client.account(accountId);
      if (features[feature] !== true)
        return skipped(
          "Chatwoot stores no address of visitors",
          `To compare it, enable the feature "IP Lookup" of the account in /super_admin/accounts/${accountId}/edit`,
        );
      signal.throwIfAborted();
      const name = traceName();
      const inbox = await patient.createWebsiteInbox(accountId, name, client.baseUrl);
      made.inbox(name, inbox.id);
      signal.throwIfAborted();
      const visitor = await patient.openWidget(inbox.website_token ?? "");
      made.contact(`${name} (visitor)`, visitor.contact.id);
      const seen = (await client.contact(accountId, visitor.contact.id)).additional_attributes?.created_at_ip;
      return judgeAddress({
        seen: seen ?? undefined,
        host: new URL(client.baseUrl).hostname,
        ofHost: await addressesOf(new URL(client.baseUrl).hostname),
        own: publicAddresses(),
      });
    },
  };
}

export interface SeenAddress {
  /** The address that Chatwoot stored. */
  seen: string | undefined;
  /** Host of Chatwoot's URL, and its addresses. */
  host: string;
  ofHost: readonly string[];
  /** Public addresses of this machine's network interfaces. Behind NAT there are none. */
  own: readonly string[];
}

export function judgeAddress({ seen, host, ofHost, own }: SeenAddress): Outcome {
  const next =
    "All visitors share it, and with it Chatwoot's limits. " +
    "Set chatwoot:initializers.clientAddress and kubernetes.ingress.trustedHops as in docs/initializers.md, The address of a visitor";
  if (seen === undefined) return warned("Chatwoot stored no address of this visitor", next);
  const what = `Chatwoot saw ${seen}`;
  if (ofHost.includes(seen) && !isPrivateHost(seen)) return warned(`${what}, the address of ${host} itself`, next);
  // In a private network, visitors have private addresses.
  if (isPrivateHost(seen) && !isPrivateHost(host) && !ofHost.some(isPrivateHost))
    return warned(`${what}, the private address of a proxy`, next);
  return ok(
    own.includes(seen)
      ? `${what}, the address of this machine`
      : `${what}; compare it with the public address of this network`,
  );
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host.replace(/^\[(.*)\]$/, "$1"), { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

function publicAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
    .filter((address) => !isPrivateHost(address));
}
