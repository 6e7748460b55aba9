import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { proxyFlags } from "./flags.ts";
import { versions } from "../../../config/versions.ts";
import { sso, type SsoConfig } from "../../../config/schema/kubernetes/sso.ts";

function flags(config: object = {}): string[] {
  const parsed: SsoConfig = sso.parse({ issuer: "https://id.newjoy.ro", ...config });
  return proxyFlags({ url: "https://chat.newjoy.ro", sso: parsed, upstream: { name: "chatwoot", port: 3000 } });
}

function changed(config: object): { added: string[]; removed: string[] } {
  const [before, after] = [flags(), flags(config)];
  return {
    added: after.filter((flag) => !before.includes(flag)),
    removed: before.filter((flag) => !after.includes(flag)),
  };
}

test("the flags", () => {
  expect(flags()).toMatchSnapshot();
});

test.each<[string, object]>([
  ["groups", { allowedGroups: ["support", "Chat Admins"] }],
  ["domains", { emailDomains: ["newjoy.ro", ".newjoy.com"] }],
  ["unverified addresses", { allowUnverifiedEmail: true }],
  ["a closed API", { publicApi: false }],
  ["a longer session", { sessionHours: 48 }],
  ["other scopes", { scopes: ["openid", "email"] }],
  ["an issuer with a path and a port", { issuer: "https://id.newjoy.ro:8443/realms/staff" }],
  ["routes of a fork", { publicRoutes: ["POST=^/book/"] }],
  [
    "an issuer that is not queried at startup",
    {
      endpoints: {
        authorization: "https://id.newjoy.ro/authorize",
        token: "https://id.newjoy.ro/api/oidc/token",
        keys: "https://id.newjoy.ro/.well-known/jwks.json",
      },
    },
  ],
])("%s change only these flags", (_what, config) => {
  expect(changed(config)).toMatchSnapshot();
});

test("the proxy never trusts a client's header for the route", () => {
  expect(flags().filter((flag) => flag.startsWith("--reverse-proxy"))).toEqual([]);
});

test("no item of a list has a comma or a quote, at which the proxy would split it", () => {
  const lists = /^--(skip-auth-route|api-route|allowed-group|email-domain|whitelist-domain|upstream)=/;
  const items = flags({ allowedGroups: ["support"] }).filter((flag) => lists.test(flag));
  expect(items.length).toBeGreaterThan(40);
  expect(items.filter((flag) => /[,"]/.test(flag))).toEqual([]);
});

test("the tested flags are the deployed flags", () => {
  const pins = readFileSync(
    new URL("../../../packages/kubernetes-sandbox/src/tools/oauth2-proxy/go.mod", import.meta.url),
    "utf8",
  );
  const [, tested] = /github\.com\/oauth2-proxy\/oauth2-proxy\/v7 (v[\d.]+)/.exec(pins) ?? [];
  expect(versions.oauth2ProxyImage).toBe(`quay.io/oauth2-proxy/oauth2-proxy:${tested}`);
});
