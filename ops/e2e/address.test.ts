import { expect, test } from "vitest";
import { judgeAddress, type SeenAddress } from "./address.ts";

const fly: Omit<SeenAddress, "seen"> = {
  host: "chat.example.com",
  ofHost: ["66.241.124.7", "2a09:8280:1::1"],
  own: [],
};

test.each<[string, SeenAddress, string, string]>([
  [
    "behind NAT",
    { ...fly, seen: "203.0.113.7" },
    "ok",
    "Chatwoot saw 203.0.113.7; compare it with the public address of this network",
  ],
  [
    "with a public address",
    { ...fly, seen: "203.0.113.7", own: ["203.0.113.7"] },
    "ok",
    "Chatwoot saw 203.0.113.7, the address of this machine",
  ],
  [
    "of the app, which Fly's proxy appends",
    { ...fly, seen: "66.241.124.7" },
    "warning",
    "Chatwoot saw 66.241.124.7, the address of chat.example.com itself",
  ],
  [
    "of an ingress controller or a node",
    { ...fly, seen: "10.0.3.9" },
    "warning",
    "Chatwoot saw 10.0.3.9, the private address of a proxy",
  ],
  [
    "of Fly's private network",
    { ...fly, seen: "fdaa:0:1::3" },
    "warning",
    "Chatwoot saw fdaa:0:1::3, the private address of a proxy",
  ],
  ["that is missing", { ...fly, seen: undefined }, "warning", "Chatwoot stored no address of this visitor"],
  [
    "in a private network",
    { seen: "10.0.3.9", host: "chat.internal", ofHost: ["10.0.0.2"], own: [] },
    "ok",
    "Chatwoot saw 10.0.3.9; compare it with the public address of this network",
  ],
  [
    "where a public name has a private address",
    { seen: "10.0.3.9", host: "chat.example.com", ofHost: ["10.0.0.2"], own: [] },
    "ok",
    "Chatwoot saw 10.0.3.9; compare it with the public address of this network",
  ],
])("an address %s", (_what, seen, state, detail) => {
  const outcome = judgeAddress(seen);
  expect(outcome).toMatchObject({ state, detail });
  expect(outcome.next?.includes("docs/initializers.md") ?? false).toBe(state === "warning");
});
