import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { Problem } from "../../../config/problems.ts";
import type { NetworkPoliciesConfig } from "../../../config/schema/kubernetes/isolation.ts";
import { isPrivateHost } from "../../../lib/hosts.ts";
import { namespaceOf } from "../network-policies/destinations.ts";

/** A server outside the stack, and the setting that names it. */
export interface ExternalServer {
  key: string;
  host: string;
  port: number;
}

export type Resolve = (host: string) => Promise<string[]>;

const timeoutMs = 5000;

/**
 * Names of external servers that resolve to a private address, which NetworkPolicies reject unless `allowedNetworks` has
 * it. A name that this machine cannot resolve is not judged.
 */
export async function checkPrivateHosts(
  servers: readonly ExternalServer[],
  { enabled, allowedNetworks }: NetworkPoliciesConfig,
  resolve: Resolve = addressesOf,
): Promise<Problem[]> {
  if (!enabled) return [];
  const allowed = new BlockList();
  for (const network of allowedNetworks) {
    const [address = "", prefix] = network.split("/");
    allowed.addSubnet(address, Number(prefix), "ipv4");
  }
  const named = servers.filter(({ host }) => isIP(host) === 0 && namespaceOf(host) === undefined);
  const found = await Promise.all(
    named.map(async ({ key, host }): Promise<Problem | undefined> => {
      const blocked = (await resolve(host)).find(
        (address) => isPrivateHost(address) && !allowed.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"),
      );
      if (blocked === undefined) return undefined;
      return {
        key,
        message:
          `has the host ${host}, whose address ${blocked} is private, so the stack's NetworkPolicies reject it. ` +
          "Add its network to kubernetes.networkPolicies.allowedNetworks",
      };
    }),
  );
  return found.filter((problem) => problem !== undefined);
}

async function addressesOf(host: string): Promise<string[]> {
  const late = new Promise<string[]>((done) => setTimeout(done, timeoutMs, []).unref());
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
  return Promise.race([found, late]);
}
