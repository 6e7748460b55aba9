import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapEnvironment, preparationFiles } from "./preparation.ts";
import { shared } from "../../config/schema/shared.ts";

const secrets = { adminPassword: "p", apiToken: "t", webhookSecret: "w" };
type Config = Parameters<typeof bootstrapEnvironment>[0];
const base: Config = { account: "HotDash", admin: { email: "a@b.c", name: "A" }, support: undefined, installation: {} };

function settingsOf(config: Partial<Config>): Record<string, unknown> {
  const { settings } = bootstrapEnvironment({ ...base, ...config }, secrets);
  return Object.fromEntries(
    Object.entries(settings).map(([name, text]) => [
      name.slice("BOOTSTRAP_".length),
      /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text,
    ]),
  );
}

describe("signing up", () => {
  test.each([
    [{}, "false"],
    [{ ENABLE_ACCOUNT_SIGNUP: false }, "false"],
    [{ ENABLE_ACCOUNT_SIGNUP: true }, "true"],
    [{ ENABLE_ACCOUNT_SIGNUP: "api_only" }, "api_only"],
  ])("%j is text, which every version of Chatwoot understands", (installation, value) => {
    expect(settingsOf({ installation })["INSTALLATION"]).toEqual({ ENABLE_ACCOUNT_SIGNUP: value });
  });
});

test("the mail rows follow the stack file, and its installation settings override them", () => {
  const mail = {
    sender: "HotDash <support@hotrodan.com>",
    inbound: { domain: "reply.example.com", service: "relay" },
  } as const;
  expect(settingsOf({ mail, installation: { MAILER_SUPPORT_EMAIL: "x@example.com" } })["INSTALLATION"]).toEqual({
    ENABLE_ACCOUNT_SIGNUP: "false",
    MAILER_INBOUND_EMAIL_DOMAIN: "reply.example.com",
    MAILER_SUPPORT_EMAIL: "x@example.com",
  });
  expect(settingsOf({ mail: { sender: "a@example.com" } })["INSTALLATION"]).toMatchObject({
    MAILER_SUPPORT_EMAIL: "a@example.com",
  });
});

test("an omitted setting is not written", () => {
  const inboxes = shared.inboxes.parse([
    { kind: "website", name: "Shop", websiteUrl: "https://example.com" },
    { kind: "api", name: "OCC" },
    { kind: "email", name: "Mail", address: "Support@Example.com" },
  ]);
  expect(settingsOf({ inboxes })["INBOXES"]).toEqual([
    {
      name: "Shop",
      type: "Channel::WebWidget",
      channel: { website_url: "https://example.com" },
      secrets: {},
      inbox: {},
    },
    { name: "OCC", type: "Channel::Api", channel: {}, secrets: {}, inbox: {} },
    { name: "Mail", type: "Channel::Email", channel: { email: "support@example.com" }, secrets: {}, inbox: {} },
  ]);
});

test("accepted inbox names are those that every version of Chatwoot keeps unchanged", () => {
  const older = /^\b[^/\\<>@]*\b$/;
  const removed = /[\\<>@"!#$%&*+=?^`{|}~]/;
  const accepted = (name: string) => shared.inboxes.safeParse([{ kind: "api", name }]).success;
  expect(["Shop", "Shop EU-2", "O'Neill & Sons", "Shop (EU)", " x ", "a@b", "-a"].map(accepted)).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
  fc.assert(
    fc.property(fc.string(), (name) => {
      fc.pre(accepted(name));
      const kept = shared.inboxes.parse([{ kind: "api", name }])[0]!.name;
      expect(kept).not.toMatch(removed);
      // JavaScript's word boundaries know ASCII alone.
      if (/^[\x20-\x7e]*$/.test(kept)) expect(kept).toMatch(older);
    }),
  );
});

test("the script is one file that runs once, at its end", () => {
  const { text } = preparationFiles.find(({ name }) => name === "bootstrap.rb")!;
  expect(text.match(/^Bootstrap\.run$/gm)).toHaveLength(1);
  expect(text.trimEnd().endsWith("Bootstrap.run")).toBe(true);
});
