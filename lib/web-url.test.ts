import fc from "fast-check";
import { expect, test } from "vitest";
import { readWebUrl } from "./web-url.ts";

test.each(["https://chat.example.com", "https://10.0.0.5:9000/path?x=1", "http://[::1]:80", "https://münchen.example"])(
  "%s is a web address",
  (text) => {
    expect(readWebUrl(text)).toEqual({ url: new URL(text) });
  },
);

test.each([
  ["https://host:99999", "has the port 99999. Use a port from 1 to 65535"],
  ["https://host:0/path", "has the port 0. Use a port from 1 to 65535"],
  ["https://[", "is not a valid URL. Write it as https://host"],
  ["https://%00", "is not a valid URL. Write it as https://host"],
  ["https://", "is not a valid URL. Write it as https://host"],
  ["", "is not a valid URL. Write it as https://host"],
  ["https://user:planted@host", "has a user or password in it. Remove it: settings are not secret"],
  ["https://*.example.com", "has a host that is not a valid name. Write one host, without wildcards"],
])("%s is not", (text, problem) => {
  expect(readWebUrl(text)).toEqual({ problem });
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      readWebUrl(`https://${text}`);
      readWebUrl(text);
    }),
  );
});
