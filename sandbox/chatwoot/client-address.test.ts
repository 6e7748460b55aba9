import { expect, test } from "vitest";
import { clientAddress, remoteIp } from "./client-address.ts";

const direct = "203.0.113.50";
const proxy = "172.19.0.1";

test.each<[string, string, Record<string, string>, string]>([
  ["no proxy", direct, {}, direct],
  ["a client that is no proxy cannot forge", direct, { "x-forwarded-for": "198.51.100.1" }, direct],
  ["a proxy without a header", proxy, {}, proxy],
  ["one entry", proxy, { "x-forwarded-for": "198.51.100.1" }, "198.51.100.1"],
  [
    "the last entry that is no proxy",
    proxy,
    { "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.0.0.1" },
    "203.0.113.9",
  ],
  ["only proxies: the first", proxy, { "x-forwarded-for": "10.0.0.7, 192.168.1.1" }, "10.0.0.7"],
  ["IPv6", proxy, { "x-forwarded-for": "2001:db8::1" }, "2001:db8::1"],
  ["IPv6 with a port", proxy, { "x-forwarded-for": "[2001:db8::1]:443" }, "2001:db8::1"],
  ["IPv4 with a port", proxy, { "x-forwarded-for": "198.51.100.1:5000" }, "198.51.100.1"],
  [
    "Forwarded wins, so that a visitor chooses the address",
    proxy,
    { "x-forwarded-for": "198.51.100.1", forwarded: 'for=192.0.2.7;proto=https, for="[2001:db8::9]:80"' },
    "2001:db8::9",
  ],
])("%s", (_, remoteAddress, headers, expected) => expect(clientAddress({ remoteAddress, headers })).toBe(expected));

test.each<[string, string, Record<string, string>, string]>([
  ["no proxy", direct, {}, direct],
  ["a public connection hides no forwarded address", direct, { "x-forwarded-for": "198.51.100.1" }, "198.51.100.1"],
  [
    "the last entry that is no proxy",
    proxy,
    { "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.0.0.1" },
    "203.0.113.9",
  ],
  ["only proxies: the first", proxy, { "x-forwarded-for": "10.0.0.7, 192.168.1.1" }, "10.0.0.7"],
  ["text that is no address", proxy, { "x-forwarded-for": "198.51.100.1, unknown" }, "198.51.100.1"],
  ["Client-IP alone", proxy, { "client-ip": "192.0.2.7" }, "192.0.2.7"],
  ["not Forwarded", proxy, { forwarded: "for=192.0.2.7" }, proxy],
])("Rails: %s", (_, remoteAddress, headers, expected) => expect(remoteIp({ remoteAddress, headers })).toBe(expected));

test("Rails rejects a Client-IP that contradicts X-Forwarded-For", () => {
  const headers = { "client-ip": "192.0.2.7", "x-forwarded-for": "198.51.100.1" };
  expect(() => remoteIp({ remoteAddress: proxy, headers })).toThrow();
});
