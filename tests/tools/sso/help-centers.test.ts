import { afterAll, beforeAll, expect, test } from "vitest";
import { staffRoutes } from "../../../components/kubernetes/sso/staff-routes.ts";
import { ask } from "./asking.ts";
import { startGate, type Gate } from "./gate.ts";
import { publicUrl } from "./proxy.ts";

/*
 * A help center with its own domain: the ingress sends `/` to web and every other path to the proxy, with the domain as the host.
 * Visitors read it; nothing that the domain's owner or a caller writes opens a staff page or moves the sign-on there.
 */

const host = "help.example.com";
let issuer: Gate["issuer"];
let upstream: Gate["upstream"];
let proxy: Gate["proxy"];
let gate: Gate | undefined;
beforeAll(async () => {
  gate = await startGate({ publicApi: true });
  ({ issuer, upstream, proxy } = gate);
});
afterAll(() => gate?.stop());

const forged = { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7" };

test.each(["GET /hc/guide/en", "GET /hc/guide/articles/first", "GET /vite/assets/portal-1.js"])(
  "%s reaches Chatwoot with the domain as its host",
  async (request) => {
    expect(await ask(proxy.port, request, { host, ...forged })).toMatchObject({ status: 200, passed: true });
    expect(upstream.arrived.at(-1)!.headers.host).toBe(host);
  },
);

const staff = staffRoutes.flatMap(({ examples }) => examples);
const attacks: [what: string, request: string, headers: Record<string, string>][] = [
  ...staff.map((request): (typeof attacks)[number] => ["a staff page", request, {}]),
  ["the dashboard below the help center", "GET /hc/../app", {}],
  ["the same, encoded", "GET /hc/%2e%2e/app", {}],
  ["a slash more", "GET //app", {}],
  ["another original path", "GET /app", { "x-original-url": "/hc/guide", "x-rewrite-url": "/hc/guide" }],
  ["another original path of the proxy's own header", "GET /app", { "x-forwarded-uri": "/hc/guide" }],
  ["another method", "GET /super_admin", { "x-http-method-override": "OPTIONS" }],
  ["Chatwoot's host forwarded", "GET /app", { "x-forwarded-host": "chat.newjoy.ro" }],
];
test.each(attacks)("%s, %s, does not reach Chatwoot", async (_, request, headers) => {
  const before = upstream.arrived.length;
  const { status, passed } = await ask(proxy.port, request, { host, accept: "text/html", ...forged, ...headers });
  expect([301, 302, 307, 308, 400, 401, 403, 404]).toContain(status);
  expect([passed, upstream.arrived.length]).toEqual([false, before]);
});

test.each([
  {},
  { "x-forwarded-host": "evil.example.net" },
  { "x-forwarded-host": host, "x-forwarded-uri": "//evil.example.net" },
])("a staff page's sign-on comes back to Chatwoot's own address, with %j", async (headers) => {
  const { headers: answer } = await ask(proxy.port, "GET /app", { host, accept: "text/html", ...forged, ...headers });
  const { origin, searchParams } = new URL(answer.location ?? "");
  expect(origin).toBe(new URL(issuer.url).origin);
  expect(searchParams.get("redirect_uri")).toBe(`${publicUrl}/oauth2/callback`);
  expect(searchParams.get("state")).not.toContain("evil");
  for (const cookie of answer["set-cookie"] ?? []) expect(cookie).not.toMatch(/domain=/i);
});

test.each(["https://help.example.com/x", "//help.example.com/x", "/\\help.example.com", "https://evil.example.net"])(
  "the sign-on does not send the browser to %s",
  async (rd) => {
    const path = `GET /oauth2/sign_out?rd=${encodeURIComponent(rd)}`;
    const { headers } = await ask(proxy.port, path, { host, accept: "text/html", ...forged });
    expect(headers.location ?? "/").toBe("/");
  },
);
