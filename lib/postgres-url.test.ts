import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPostgresUrl, parsePostgresUrl, sslModes } from "./postgres-url.ts";

test.each([
  ["postgresql://u:p@h/db", { host: "h", port: 5432, username: "u", password: "p", database: "db" }],
  ["postgres://u:p@h:80/db", { host: "h", port: 80, username: "u", password: "p", database: "db" }],
  [
    "postgresql://u%40x:p%2Fq%23@h:6000/d%20b?sslmode=verify-full",
    { host: "h", port: 6000, username: "u@x", password: "p/q#", database: "d b", sslMode: "verify-full" },
  ],
  [
    "postgresql://u:p@[2001:db8::1]:5433/db",
    { host: "2001:db8::1", port: 5433, username: "u", password: "p", database: "db" },
  ],
  [
    "postgresql://u:p@h/db?application_name=x&sslmode=require",
    { host: "h", port: 5432, username: "u", password: "p", database: "db", sslMode: "require" },
  ],
])("%s", (text, parts) => {
  expect(parsePostgresUrl(text)).toEqual(parts);
});

test.each([
  ["mysql://u:p@h/db", /does not start with postgresql:/],
  ["", /does not start/],
  ["postgresql://u:p/w@h/db", /write them as %2F/],
  ["postgresql://u:12#ss@h/db", /write them as %2F/],
  ["postgresql://u:what?now@h:5432/db", /write them as %2F/],
  ["postgresql://u:p@h/d@b", /has an @ after its host/],
  ["postgresql://u:p@h:port/db", /not a valid address/],
  ["postgresql://u:p@h:70000/db", /has a port that is not/],
  ["postgresql://u:p@h:0/db", /has a port that is not/],
  ["postgresql://u:p%@h/db", /invalid percent-encoding/],
  ["postgresql://:p@h/db", /has no user/],
  ["postgresql://u@h/db", /has no password/],
  ["postgresql://u:p@h", /has no database/],
  ["postgresql://u:p@h/db?sslmode=yes", /unknown sslmode: yes/],
])("%s is refused", (text, message) => {
  expect(() => parsePostgresUrl(text)).toThrow(message);
});

test("a formatted address is parsed to the same parts", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom("::1", "2001:db8::1"));
  const url = fc.record(
    {
      host,
      port: fc.integer({ min: 1, max: 65535 }),
      username: word,
      password: word,
      database: word.filter((text) => !text.includes("/") && text !== "." && text !== ".."),
      sslMode: fc.constantFrom(...sslModes),
    },
    { requiredKeys: ["host", "port", "username", "password", "database"] },
  );
  fc.assert(
    fc.property(url, (parts) => {
      expect(parsePostgresUrl(formatPostgresUrl(parts))).toEqual(parts);
    }),
  );
});
