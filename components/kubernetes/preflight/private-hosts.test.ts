import { expect, test } from "vitest";
import { checkPrivateHosts } from "./private-hosts.ts";

const policies = {
  enabled: true,
  ingressNamespace: "ingress-nginx",
  monitoringNamespace: "monitoring",
  operatorNamespace: "cnpg-system",
  ingressNetworks: [],
  allowedNetworks: ["10.1.0.0/16"],
};
const check = (host: string, addresses: string[], settings: object = {}) =>
  checkPrivateHosts([{ key: "databaseUrl", host, port: 5432 }], { ...policies, ...settings }, () =>
    Promise.resolve(addresses),
  );

test.each([
  ["a public address", "db.example.com", ["203.0.113.7"]],
  ["an address of an allowed network", "chat.abc.eu-west-1.rds.amazonaws.com", ["10.1.3.7"]],
  ["a name that this machine does not resolve", "db.corp.internal", []],
  ["a Service", "pg.databases.svc", ["10.96.0.1"]],
  ["an address, which its own rule allows", "10.9.0.4", ["10.9.0.4"]],
])("%s is reachable", async (_what, host, addresses) => {
  expect(await check(host, addresses)).toEqual([]);
});

test.each([["10.2.3.7"], ["fd00::7"]])("a name with the private address %s is not", async (address) => {
  const found = await check("chat.abc.eu-west-1.rds.amazonaws.com", ["203.0.113.7", address]);
  expect(found).toEqual([
    {
      key: "databaseUrl",
      message:
        `has the host chat.abc.eu-west-1.rds.amazonaws.com, whose address ${address} is private, so the stack's NetworkPolicies reject it. ` +
        "Add its network to kubernetes.networkPolicies.allowedNetworks",
    },
  ]);
  expect(await check("chat.abc.eu-west-1.rds.amazonaws.com", [address], { enabled: false })).toEqual([]);
});
