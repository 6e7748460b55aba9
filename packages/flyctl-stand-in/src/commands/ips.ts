import { isIP } from "node:net";
import type { Call } from "../cli/call.ts";
import { FlyError, yesRequired } from "../cli/errors.ts";
import { appFlags, json, org, region, yes } from "../cli/flags.ts";
import { relativeTime, table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { allocateIp } from "../deploy/ip-addresses.ts";
import type { IpAddress } from "../state/types.ts";

const kinds: Readonly<Record<IpAddress["type"], readonly [version: string, label: string]>> = {
  v4: ["v4", "public ingress (dedicated, $2/mo)"],
  shared_v4: ["v4", "public ingress (shared)"],
  v6: ["v6", "public ingress (dedicated)"],
  private_v6: ["v6", "private ingress"],
};

function print(call: Call, ips: readonly IpAddress[]): void {
  const rows = ips.map((ip) => [
    kinds[ip.type][0],
    ip.address,
    kinds[ip.type][1],
    ip.region,
    relativeTime(ip.createdAt),
  ]);
  call.out(table("", rows, ["Version", "IP", "Type", "Region", "Created At"]));
}

function allocate(call: Call, type: IpAddress["type"]): void {
  const region = call.region === "" ? "global" : call.region;
  const network = call.flags.byName("network") === undefined ? "" : call.flags.string("network");
  const ip = call.updateApp((app) => {
    const made = allocateIp(app, type, region);
    if (type === "private_v6") made.network = { name: network, org: call.org === "" ? app.org : call.org };
    return made;
  });
  if (type !== "shared_v4") return print(call, [ip]);
  call.out(table("", [["v4", ip.address, "shared", "global"]], ["Version", "IP", "Type", "Region"]));
}

function allocateV4(call: Call): void {
  const shared = call.flags.bool("shared");
  // A dedicated address costs money, so flyctl prompts.
  if (!shared && !call.flags.bool("yes")) throw yesRequired();
  allocate(call, shared ? "shared_v4" : "v4");
}

function list(call: Call): void {
  const { ips } = call.readApp();
  if (!call.json) {
    print(call, ips);
    return call.out(
      "Learn more about Fly.io public, private, shared and dedicated IP addresses in our docs: https://fly.io/docs/networking/services/\n",
    );
  }
  call.printJson(ips.map(addressView));
}

export const addressView = (ip: IpAddress): Record<string, unknown> => ({
  ID: ip.id,
  Address: ip.address,
  Type: ip.type,
  Region: ip.region,
  CreatedAt: ip.createdAt,
  ServiceName: "",
  Network: ip.network === undefined ? null : { Name: ip.network.name, Organization: { Slug: ip.network.org } },
});

function release(call: Call): void {
  for (const address of call.operands) {
    if (isIP(address) === 0) throw new FlyError(`Invalid IP address: '${address}'`);
    call.updateApp((app) => {
      const kept = app.ips.filter((ip) => ip.address !== address);
      if (kept.length === app.ips.length) throw new FlyError("Could not find IPAddress");
      app.ips = kept;
    });
    call.out(`Released ${address} from ${call.appName}\n`);
  }
}

const common = { session: true, app: "required" } as const;

export const ipsCommands: readonly CommandSpec[] = [
  {
    path: "ips list",
    short: "List allocated IP addresses",
    aliases: ["ls"],
    flags: [...appFlags, json],
    args: { kind: "any" },
    ...common,
    mutating: false,
    run: list,
  },
  {
    path: "ips allocate-v4",
    short: "Allocate an IPv4 address",
    flags: [{ name: "shared", type: "bool", usage: "Allocates a shared IPv4" }, yes, ...appFlags, region],
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: allocateV4,
  },
  {
    path: "ips allocate-v6",
    short: "Allocate an IPv6 address",
    flags: [
      ...appFlags,
      region,
      { name: "private", type: "bool", usage: "Allocate a private IPv6 address" },
      org,
      { name: "network", type: "string", usage: "Target network name for a Flycast private IPv6 address" },
    ],
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: (call) => allocate(call, call.flags.bool("private") ? "private_v6" : "v6"),
  },
  {
    path: "ips release",
    operands: "[flags] ADDRESS ADDRESS ...",
    short: "Release ingress IP addresses",
    flags: appFlags,
    args: { kind: "atLeast", count: 1 },
    ...common,
    mutating: true,
    run: release,
  },
];
