import * as ids from "../state/ids.ts";
import type { App, IpAddress } from "../state/types.ts";

const makers = {
  v4: ids.dedicatedIpv4,
  v6: ids.ipv6,
  shared_v4: ids.sharedIpv4,
  private_v6: ids.privateIpv6,
} as const;

/** Each call adds an address, even if one exists, except for the shared address, which exists only once. */
export function allocateIp(app: App, type: IpAddress["type"], region = "global"): IpAddress {
  const shared = type === "shared_v4" ? app.ips.find((each) => each.type === type) : undefined;
  if (shared !== undefined) return shared;
  const ip = { id: ids.ipId(), address: makers[type](), type, region, createdAt: new Date().toISOString() };
  app.ips.push(ip);
  return ip;
}
