import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { Browser, sessionCookies } from "./browser.ts";
import { agent, startIssuer, type Issuer, type Person } from "./issuer.ts";
import { startProxy, type Proxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let issuer: Issuer;
let upstream: Upstream;
beforeAll(async () => {
  [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
});
afterAll(() => Promise.all([issuer.stop(), upstream.stop()]));
afterEach(() => {
  issuer.person = agent;
});
const gate = (config: Partial<SsoConfig> = {}): Promise<Proxy> =>
  startProxy({ config, issuer: issuer.url, upstreamPort: upstream.port });

describe("a sign-on", () => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await gate();
  });
  afterAll(() => proxy.stop());
  const browser = (): Browser => new Browser(proxy.port);

  test.each(["/app/accounts/1/dashboard", "/super_admin/users?page=2&order=email", "/google/callback?code=x&state=y"])(
    "returns to %s",
    async (page) => {
      const user = browser();
      const back = await user.signOn(page);
      expect([back.status, back.headers.location]).toEqual([302, page]);
      expect((await user.get(page)).passed).toBe(true);
      expect(upstream.arrived.at(-1)!.url).toBe(page);
    },
  );

  test("applies to scripts' requests too", async () => {
    const user = browser();
    await user.signOn("/app");
    expect((await user.get("/auth", { accept: "application/json" })).passed).toBe(true);
  });

  test("is stored in a cookie for this host only, over TLS, hidden from scripts, for twelve hours", async () => {
    const user = browser();
    const asked = await user.get("/app");
    const attributes = (answer: typeof asked): string[][] =>
      (answer.headers["set-cookie"] ?? [])
        .filter((text) => !/expires=Thu, 01 Jan 1970/i.test(text) && !/^[^=]+=;/.test(text))
        .map((text) => [
          /^[^=]+/.exec(text)![0].replace(/(?<=^__Host-oauth2_proxy_).+(?=_csrf$)/, "*"),
          ...text
            .split("; ")
            .slice(1)
            .map((part) => part.replace(/^(Expires)=.*/, "$1")),
        ]);
    expect(attributes(asked)).toEqual([
      ["__Host-oauth2_proxy_*_csrf", "Path=/", "Max-Age=900", "HttpOnly", "Secure", "SameSite=Lax"],
    ]);
    const session = attributes(await browser().signOn("/app"));
    expect(session).toEqual([["__Host-oauth2_proxy", "Path=/", "Max-Age=43200", "HttpOnly", "Secure", "SameSite=Lax"]]);
  });

  test("keeps the issuer's tokens out of the browser", async () => {
    issuer.person = { ...agent, groups: ["support"] };
    const user = browser();
    await user.signOn("/app");
    const [name] = sessionCookies(user);
    // An ID token alone is longer.
    expect(user.cookies.get(name!)!.length).toBeLessThan(600);
  });

  test("with very many groups is split over several cookies, and joined again", async () => {
    const groups = Array.from({ length: 500 }, (_, index) => `group-${Math.sin(index).toString(36).slice(2)}`);
    issuer.person = { ...agent, groups };
    const user = browser();
    await user.signOn("/app");
    expect(sessionCookies(user).length).toBeGreaterThan(1);
    for (const name of sessionCookies(user)) expect(name.length + user.cookies.get(name)!.length).toBeLessThan(4096);
    expect((await user.get("/app")).passed).toBe(true);
    expect(upstream.arrived.at(-1)!.headers["x-forwarded-groups"]).toBe(groups.join(","));
    user.cookies.delete(sessionCookies(user)[1]!);
    expect((await user.get("/app")).passed).toBe(false);
  });

  test("contacts the issuer once: later and parallel requests do not", async () => {
    const before = issuer.exchanges();
    const user = browser();
    await user.signOn("/app");
    await Promise.all(Array.from({ length: 20 }, () => user.get("/app", { accept: "application/json" })));
    expect(issuer.exchanges() - before).toBe(1);
  });

  test.each<[string, (cookie: string) => string]>([
    [
      "one character in the middle is changed",
      (text) =>
        text.replace(/^(.{60})(.)/, (_all, head: string, letter: string) => head + (letter === "A" ? "B" : "A")),
    ],
    ["its signature is changed", (text) => text.replace(/.{4}$/, "AAA=")],
    ["its signature is missing", (text) => text.split("|").slice(0, 2).join("|")],
    ["its time is later", (text) => text.replace(/\|\d+\|/, `|${Math.floor(Date.now() / 1000) + 9999}|`)],
    ["it is truncated", (text) => text.slice(0, -40)],
  ])("is invalid if %s", async (_what, change) => {
    const user = browser();
    await user.signOn("/app");
    const [name] = sessionCookies(user);
    const cookie = user.cookies.get(name!)!;
    expect(change(cookie)).not.toBe(cookie);
    user.cookies.set(name!, change(cookie));
    const before = upstream.arrived.length;
    expect((await user.get("/super_admin")).status).toBe(302);
    expect((await user.get("/app", { accept: "application/json" })).status).toBe(401);
    expect(upstream.arrived.length).toBe(before);
  });

  test("can only be finished by the browser that began it", async () => {
    const [victim, attacker] = [browser(), browser()];
    const sent = await attacker.get("/app");
    const state = new URL(sent.headers.location ?? "").searchParams.get("state");
    const back = await victim.get(`/oauth2/callback?code=stolen&state=${encodeURIComponent(state ?? "")}`);
    expect([back.status, sessionCookies(victim)]).toEqual([403, []]);
  });

  test.each(["https://evil.example/", "//evil.example/", "/\\evil.example", "https://chat.newjoy.ro.evil.example/"])(
    "does not redirect to %s",
    async (target) => {
      const back = await browser().signOn(`/oauth2/start?rd=${encodeURIComponent(target)}`);
      expect([back.status, back.headers.location]).toEqual([302, "/"]);
    },
  );

  test("works in several tabs in parallel", async () => {
    const user = browser();
    const tabs = await Promise.all(["/app", "/super_admin", "/swagger"].map((page) => user.get(page)));
    expect(tabs.map(({ status }) => status)).toEqual([302, 302, 302]);
    expect([...user.cookies.keys()].filter((name) => name.endsWith("_csrf"))).toHaveLength(3);
    expect((await user.signOn("/app")).headers.location).toBe("/app");
  });

  test("is ended by /oauth2/sign_out, which may redirect only to the issuer", async () => {
    const endSession = `${issuer.url}/endsession`;
    for (const [target, expected] of [
      [endSession, endSession],
      ["/hc/help/en", "/hc/help/en"],
      ["https://evil.example/", "/"],
    ] as const) {
      const user = browser();
      await user.signOn("/app");
      expect(sessionCookies(user)).toHaveLength(1);
      const out = await user.get(`/oauth2/sign_out?rd=${encodeURIComponent(target)}`);
      expect([out.status, out.headers.location, sessionCookies(user)]).toEqual([302, expected, []]);
      expect((await user.get("/app")).passed).toBe(false);
    }
  });
});

const unverified: Person = { ...agent, email_verified: false };
const withoutGroups: Person = { ...agent, groups: [] };
const elsewhere: Person = { ...agent, email: "agent@example.com" };
const lookalike: Person = { ...agent, email: "agent@notnewjoy.ro" };
const inSubdomain: Person = { ...agent, email: "agent@support.newjoy.ro" };

test.each<[who: string, config: Partial<SsoConfig>, person: Person, status: number]>([
  ["a user in an allowed group", { allowedGroups: ["admins", "support"] }, agent, 302],
  ["a user in a group with a space", { allowedGroups: ["Chat Admins"] }, { ...agent, groups: ["Chat Admins"] }, 302],
  ["a user in another group", { allowedGroups: ["admins"] }, agent, 403],
  ["a user without a group", { allowedGroups: ["admins"] }, withoutGroups, 403],
  ["a user in a group that contains the name", { allowedGroups: ["support-leads"] }, agent, 403],
  ["a user without a group, if none is required", {}, withoutGroups, 302],
  ["an address of the domain", { emailDomains: ["newjoy.ro"] }, agent, 302],
  ["an address of another domain", { emailDomains: ["newjoy.ro"] }, elsewhere, 403],
  ["an address of a domain with the same ending", { emailDomains: ["newjoy.ro"] }, lookalike, 403],
  ["an address of a subdomain", { emailDomains: ["newjoy.ro"] }, inSubdomain, 403],
  ["an address of a subdomain, if these are allowed", { emailDomains: [".newjoy.ro"] }, inSubdomain, 302],
  ["the domain without the group", { emailDomains: ["newjoy.ro"], allowedGroups: ["admins"] }, agent, 403],
  ["an unverified address", {}, unverified, 500],
  ["an unverified address, if that is allowed", { allowUnverifiedEmail: true }, unverified, 302],
])("%s: %j", async (_who, config, person, status) => {
  const proxy = await gate(config);
  issuer.person = person;
  const user = new Browser(proxy.port);
  const before = upstream.arrived.length;
  const back = await user.signOn("/super_admin");
  const page = await user.get("/super_admin");
  await proxy.stop();
  expect([back.status, page.passed]).toEqual([status, status === 302]);
  expect(upstream.arrived.length - before).toBe(status === 302 ? 1 : 0);
});

test("logs why an unverified address is rejected, and keeps the address off the page", async () => {
  const proxy = await gate();
  issuer.person = unverified;
  const back = await new Browser(proxy.port).signOn("/app");
  await proxy.stop();
  expect(proxy.log()).toContain("isn't verified");
  expect(back.body).not.toContain(unverified.email);
});

test("two pods with the same secret accept each other's sessions; another secret ends them all", async () => {
  const [one, two] = [await gate(), await gate()];
  const user = new Browser(one.port);
  await user.signOn("/app");
  const other = new Browser(two.port);
  for (const [name, value] of user.cookies) other.cookies.set(name, value);
  expect((await other.get("/app")).passed).toBe(true);
  await two.stop();
  const rotated = await startProxy({
    issuer: issuer.url,
    upstreamPort: upstream.port,
    secrets: { "cookie-secret": "anotherCookieSecret0123456789abc" },
  });
  const later = new Browser(rotated.port);
  for (const [name, value] of user.cookies) later.cookies.set(name, value);
  expect((await later.get("/app")).passed).toBe(false);
  await Promise.all([one.stop(), rotated.stop()]);
});
