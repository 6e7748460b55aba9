import { isIP } from "node:net";
import { Unhandled } from "./answers.ts";
import type { Asked } from "./request.ts";

/** Addresses that Rack takes for proxies: loopback and private networks. */
const proxies = [
  /^127\./,
  /^::1$/,
  /^f[cd][0-9a-f]{2}:/i,
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^localhost$|^unix(:|$)/i,
];

/** `Rack::Request#ip` of Rack 3.2.6: the last address that is not a proxy's. `Forwarded` wins over `X-Forwarded-For`. */
export function clientAddress({ headers, remoteAddress }: Pick<Asked, "headers" | "remoteAddress">): string {
  if (!isProxy(remoteAddress)) return remoteAddress;
  const forwarded = forwardedFor(headers["forwarded"]) ?? listed(headers["x-forwarded-for"]);
  return forwarded?.findLast((each) => !isProxy(each)) ?? forwarded?.[0] ?? remoteAddress;
}

const isProxy = (address: string): boolean => proxies.some((each) => each.test(address));

function forwardedFor(header: string | undefined): string[] | undefined {
  const found = [...(header ?? "").matchAll(/(?:^|[;,])\s*for=(?:"([^"]*)"|([^;,\s]*))/gi)];
  return found.length === 0 ? undefined : found.map(([, quoted, plain]) => withoutPort(quoted ?? plain ?? ""));
}

function listed(header: string | string[] | undefined): string[] | undefined {
  const addresses = [header ?? []]
    .flat()
    .flatMap((each) => each.split(/[,\s]+/))
    .filter((each) => each !== "");
  return addresses.length === 0 ? undefined : addresses.map(withoutPort);
}

function withoutPort(address: string): string {
  if (isIP(address) === 6) return address;
  return /^\[([^\]]+)\]/.exec(address)?.[1] ?? address.replace(/:\d+$/, "");
}

/**
 * `request.remote_ip` of Rails 7.1, which it stores as `created_at_ip`: the last forwarded address that is not a proxy's, also
 * where the connection's own is public. It reads no `Forwarded`.
 */
export function remoteIp({ headers, remoteAddress }: Pick<Asked, "headers" | "remoteAddress">): string {
  const client = addressesIn(headers["client-ip"]);
  const forwarded = addressesIn(headers["x-forwarded-for"]);
  // Rails raises IpSpoofAttackError.
  if (client[0] !== undefined && forwarded.length > 0 && !forwarded.includes(client[0])) throw new Unhandled(500);
  const addresses = [...forwarded.toReversed(), ...client.toReversed()];
  return [...addresses, remoteAddress].find((each) => !isProxy(each)) ?? addresses.at(-1) ?? remoteAddress;
}

const addressesIn = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .flatMap((each) => each.split(/[,\s]+/))
    .filter((each) => isIP(each) !== 0);
