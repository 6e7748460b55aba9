import { BlockList, isIP } from "node:net";

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127\./.test(name);
}

/** Whether a host is an IPv4 address of this machine: unlike `localhost`, the server of a rehearsal has it on purpose. */
export function isLoopbackAddress(host: string): boolean {
  return isIP(host) === 4 && isLoopback(host);
}

/** Whether a host is on Fly's private network, which is encrypted. */
export function isFlyPrivate(host: string): boolean {
  return /\.(internal|flycast)$/.test(bare(host));
}

/** Whether browsers and servers on the Internet cannot reach a host: a private address, or a name of a private network. */
export function isPrivateHost(host: string): boolean {
  const name = bare(host);
  const version = isIP(name);
  if (version !== 0) return privateNetworks.check(name, version === 4 ? "ipv4" : "ipv6");
  return !name.includes(".") || /\.(internal|flycast|localhost|local|lan|svc|home\.arpa)$/.test(name);
}

/** Without the brackets of an IPv6 address and the final dot of a name. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  privateNetworks.addSubnet(network, prefix, "ipv6");
