import { expect, test } from "vitest";
import { chosenInitializers, isRequired, websocketsReconnect } from "./initializers.ts";

const image = "chatwoot/chatwoot:v4.16.2";
const names = (config = {}, version = image): string[] =>
  chosenInitializers({ config, image: version, clientAddress: { hops: 1 } }).map(({ name }) => name);
const all = [
  "client-address.rb",
  "hidden-arguments.rb",
  "job-retry.rb",
  "job-scheduler.rb",
  "pending-mail.rb",
  "websocket-reconnect.rb",
];

test("every initializer is mounted by default", () => {
  expect(names()).toEqual(all);
});

test.each([
  ["chatwoot/chatwoot:v4.16.2", true],
  ["chatwoot/chatwoot:v4.17.1-ce", true],
  ["chatwoot/chatwoot:v4.18.0", false],
  ["chatwoot/chatwoot:v4.18.0-ce@sha256:" + "0".repeat(64), false],
  ["chatwoot/chatwoot:v5.0.0", false],
  ["registry.example.com/chatwoot:build-7", true],
  ["chatwoot/chatwoot@sha256:" + "0".repeat(64), true],
])("%s requires the fix of the websockets: %s", (version, required) => {
  expect(isRequired("websocketReconnect", version)).toBe(required);
  expect(names({}, version).includes("websocket-reconnect.rb")).toBe(required);
  expect(isRequired("jobRetry", version)).toBe(true);
});

test("a setting overrides the version", () => {
  const later = "chatwoot/chatwoot:v4.18.0";
  expect(names({ websocketReconnect: true, pendingMail: false }, later)).toEqual(
    all.filter((name) => name !== "pending-mail.rb"),
  );
});

test("every path sorts after Chatwoot's own initializers", () => {
  const own = ["actioncable.rb", "sidekiq.rb", "wrap_parameters.rb", "monkey_patches/x.rb"];
  for (const { path } of chosenInitializers({ config: {}, image, clientAddress: { hops: 1 } }))
    for (const each of own) expect(path > `/app/config/initializers/${each}`).toBe(true);
});

test.each([
  [{ header: "HTTP_FLY_CLIENT_IP" }, "header: 'HTTP_FLY_CLIENT_IP'"],
  [{ hops: 2 }, "hops: 2"],
])("the middleware stands before all others, with %j", (clientAddress, option) => {
  const [first] = chosenInitializers({ config: {}, image, clientAddress });
  expect(first!.text.trimEnd().split("\n").at(-1)).toBe(
    `Rails.application.config.middleware.insert_before 0, ClientAddress, ${option}`,
  );
});

test.each([
  [{}, image, true],
  [{ websocketReconnect: false }, image, false],
  [{ websocketReconnect: false }, "chatwoot/chatwoot:v4.18.0", true],
])("with %j, websockets of %s reconnect: %s", (config, version, expected) => {
  expect(websocketsReconnect(config, version)).toBe(expected);
});
