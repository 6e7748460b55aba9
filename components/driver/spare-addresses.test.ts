import { expect, test } from "vitest";
import { spareAddresses, type Address } from "./spare-addresses.ts";

const at = (address: string, createdAt: string, type: Address["type"] = "v6"): Address => ({
  type,
  address,
  createdAt,
});
const first = at("2a09::9", "2026-11-21T12:00:00Z");
const second = at("2a09::1", "2026-11-21T12:00:01Z");

test.each<[string, Address[], Address[], Address[]]>([
  ["one of a kind", [], [first, at("66.241.0.1", "", "shared_v4")], []],
  ["made by two runs at once: the oldest is kept", [], [second, first], [second]],
  ["without a time, both runs still choose the same one", [], [at("b", ""), at("a", "")], [at("b", "")]],
  ["two from before the run", [first, second], [first, second], []],
  ["a second kind from before the run is kept", [at("1.2.3.4", "", "v4")], [at("1.2.3.4", "", "v4"), first], []],
])("%s", (_, before, now, spare) => {
  expect(spareAddresses(before, now)).toEqual(spare);
});
