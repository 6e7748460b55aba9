import fc from "fast-check";
import { expect, test } from "vitest";
import { formatRedisUrl, openRedisUrl, parseRedisUrl } from "./redis-url.ts";

test.each([
  ["redis://h", { tls: false, host: "h", port: 6379, database: 0 }],
  ["rediss://:p%2Fq@h:6380/3", { tls: true, host: "h", port: 6380, password: "p/q", database: 3 }],
  ["rediss://default:p@h:80", { tls: true, host: "h", port: 80, password: "p", database: 0 }],
  [
    "redis://u:p@[fd00::1]:7000/",
    { tls: false, host: "fd00::1", port: 7000, username: "u", password: "p", database: 0 },
  ],
])("%s", (text, parts) => {
  expect(parseRedisUrl(text)).toEqual(parts);
});

test.each([
  ["http://h", /does not start with redis:/],
  ["", /does not start/],
  ["redis://:p/w@h", /write them as %2F/],
  ["redis://:p#w@h", /write them as %2F/],
  ["redis://:p@h1:26379,h2:26379", /names several hosts/],
  ["redis://user@h", /without a password/],
  ["redis://:p@h:port", /not a valid address/],
  ["redis://:p@h:0", /has a port that is not/],
  ["redis://:p%@h", /invalid percent-encoding/],
  ["redis://:p@h/mymaster", /not the number of a database/],
])("%s is refused", (text, message) => {
  expect(() => parseRedisUrl(text)).toThrow(message);
});

test("a formatted address is parsed to the same parts, and an open one has no login", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
  const url = fc.record(
    {
      tls: fc.boolean(),
      host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom("::1", "2001:db8::1")),
      port: fc.integer({ min: 1, max: 65535 }),
      username: word.filter((text) => text !== "default"),
      password: word,
      database: fc.nat(15),
    },
    { requiredKeys: ["tls", "host", "port", "password", "database"] },
  );
  fc.assert(
    fc.property(url, (parts) => {
      expect(parseRedisUrl(formatRedisUrl(parts))).toEqual(parts);
      const { username: _user, password: _password, ...open } = parts;
      expect(parseRedisUrl(openRedisUrl(parts))).toEqual(open);
    }),
  );
});
