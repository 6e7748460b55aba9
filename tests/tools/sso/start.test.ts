import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routeProblem } from "../../../components/kubernetes/sso/route-pattern.ts";
import { pages } from "../../../components/kubernetes/sso/pages.ts";
import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { ask } from "./asking.ts";
import { Browser } from "./browser.ts";
import { startIssuer, type Issuer } from "./issuer.ts";
import { freePort, secrets, startProxy, tryConfig, type ProxyArgs } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import { wrongPatterns } from "./wrong-patterns.ts";

let issuer: Issuer;
let upstream: Upstream;
beforeAll(async () => {
  [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
});
afterAll(() => Promise.all([issuer.stop(), upstream.stop()]));
const args = (config: Partial<SsoConfig> = {}): ProxyArgs => ({
  config,
  issuer: issuer.url,
  upstreamPort: upstream.port,
});

describe("the proxy's configuration", () => {
  test.each<[string, Partial<SsoConfig>]>([
    ["the defaults", {}],
    ["a closed API", { publicApi: false }],
    ["groups and domains", { allowedGroups: ["support", "Chat Admins"], emailDomains: ["newjoy.ro", ".newjoy.com"] }],
    ["unverified addresses", { allowUnverifiedEmail: true }],
    ["a week's session, fewer scopes", { sessionHours: 168, scopes: ["openid", "email"] }],
    ["routes of a fork", { publicRoutes: ["POST=^/book/", "^/(one|two)/x\\.js$"] }],
  ])("%s", async (_what, config) => {
    const { accepted, log } = await tryConfig(args(config));
    expect([accepted, log]).toEqual([true, expect.not.stringMatching(/warn|deprecat/i)]);
  });

  test("every route that the project's own check accepts, in Go's dialect", async () => {
    const letters = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
    const piece = fc.oneof(
      letters,
      fc.constantFrom("[^/]+", "[a-z-]*", "\\.js", "(one|two)", "(a|b)?", "x+", "y*?", "\\+", "[0-9]+", "(", "]", "$"),
      fc.string({ maxLength: 3 }),
    );
    const route = fc
      .tuple(
        fc.constantFrom("", "GET=", "POST="),
        fc.array(fc.array(piece, { maxLength: 3 })),
        fc.constantFrom("/", "$"),
      )
      .map(([method, names, end]) => `${method}^/${names.map((parts) => parts.join("")).join("/")}${end}`);
    const routes = fc.sample(route, 4000).filter((text) => routeProblem(text) === undefined);
    expect(routes.length).toBeGreaterThan(300);
    const { accepted, log } = await tryConfig({
      ...args(),
      moreFlags: routes.map((text) => `--skip-auth-route=${text}`),
    });
    expect([accepted, log.match(/error parsing regexp.*/)]).toEqual([true, null]);
  });

  /** Go rejects these; it accepts the others, and opens unintended paths. */
  const goRefuses = ["^/(?!app)[a-z]+$", "^/a(?<=b)$", "^/(a)\\1$", "^/health\\Z$", "^/(a|b$", "^/[a-z$", "^/[z-a]/"];
  test.each(wrongPatterns.filter(([, route]) => goRefuses.includes(route)))(
    "rejects a route with %s: %j",
    async (_what, route) => {
      const { accepted, log } = await tryConfig({ ...args(), moreFlags: [`--skip-auth-route=${route}`] });
      expect([accepted, log]).toEqual([false, expect.stringContaining("error parsing regexp")]);
    },
  );
  test("it accepts most wrong routes, which is why the project has its own check", async () => {
    const taken = wrongPatterns.map(([, route]) => route).filter((route) => !/[\n"]/.test(route));
    const verdicts = await Promise.all(
      ["^/widget", "^/health$|/", "/health", "^/a$,^/b$", "GET!=^/app$", "^/search/q=/"].map(async (route) => {
        expect(taken).toContain(route);
        return (await tryConfig({ ...args(), moreFlags: [`--skip-auth-route=${route}`] })).accepted;
      }),
    );
    expect(new Set(verdicts)).toEqual(new Set([true]));
  });

  const generated = fc.sample(fc.stringMatching(/^[A-Za-z0-9]{32}$/), 6).map((text) => ["32 letters and digits", text]);
  test.each(generated)("a cookie secret of %s: %s", async (_what, secret) => {
    expect((await tryConfig({ ...args(), secrets: { "cookie-secret": secret } })).accepted).toBe(true);
  });
  test.each([
    ["from the seed's runbook, openssl rand -hex 16", "0123456789abcdef0123456789abcdef", true],
    ["of 32 bytes as URL-safe base64", Buffer.alloc(32, 0xfb).toString("base64url"), true],
    ["of 32 bytes as standard base64", Buffer.alloc(32, 0xfb).toString("base64"), false],
    ["of 32 bytes as hexadecimal", "ab".repeat(32), false],
    ["of 31 characters", "a".repeat(31), false],
    ["of zero length", "", false],
  ])("a cookie secret %s", async (_what, secret, accepted) => {
    const verdict = await tryConfig({ ...args(), secrets: { "cookie-secret": secret } });
    expect(verdict.accepted).toBe(accepted);
    if (secret !== "") expect(verdict.log).not.toContain(secret);
  });
});

describe("an unavailable issuer", () => {
  const endpointsOf = (url: string) => ({
    authorization: `${url}/authorize`,
    token: `${url}/token`,
    keys: `${url}/jwks`,
  });

  test("ends the proxy at its start, with a reason; the next start works once the issuer is back", async () => {
    const port = await freePort();
    const away = { issuer: `http://127.0.0.1:${port}`, upstreamPort: upstream.port };
    await expect(startProxy(away)).rejects.toThrow(/ended with 1:\n[^]*connection refused/);
    const back = await startIssuer(port);
    const proxy = await startProxy(away);
    const user = new Browser(proxy.port);
    expect((await user.signOn("/app")).headers.location).toBe("/app");
    await Promise.all([proxy.stop(), back.stop()]);
  });

  test("keeps public pages and sessions working once the proxy runs; sign-on works again when it is back", async () => {
    const first = await startIssuer();
    const proxy = await startProxy({ issuer: first.url, upstreamPort: upstream.port });
    const user = new Browser(proxy.port);
    await user.signOn("/app");
    await first.stop();
    expect((await user.get("/super_admin")).passed).toBe(true);
    expect((await ask(proxy.port, "POST /webhooks/line/1")).passed).toBe(true);
    expect((await ask(proxy.port, "GET /ready")).status).toBe(200);
    const back = await startIssuer(Number(new URL(first.url).port));
    expect((await new Browser(proxy.port).signOn("/app")).headers.location).toBe("/app");
    await Promise.all([proxy.stop(), back.stop()]);
  });

  test("is not needed at the start if its addresses are configured", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const proxy = await startProxy({
      issuer: url,
      upstreamPort: upstream.port,
      config: { endpoints: endpointsOf(url), allowedGroups: ["support"] },
    });
    expect((await ask(proxy.port, "GET /hc/help")).passed).toBe(true);
    expect((await ask(proxy.port, "GET /app")).status).toBe(302);
    const back = await startIssuer(port);
    const user = new Browser(proxy.port);
    expect((await user.signOn("/app")).headers.location).toBe("/app");
    expect((await user.get("/app")).passed).toBe(true);
    await Promise.all([proxy.stop(), back.stop()]);
  });
});

describe("a running proxy", () => {
  test("is alive and ready on its port, has metrics only on another one, and its own robots.txt", async () => {
    const proxy = await startProxy(args());
    for (const path of ["/ping", "/ready"])
      expect([(await ask(proxy.port, `GET ${path}`)).status, path]).toEqual([200, path]);
    expect((await ask(proxy.port, "GET /metrics")).status).toBe(302);
    expect((await ask(proxy.metricsPort, "GET /metrics")).body).toContain("oauth2_proxy_requests_total");
    expect((await ask(proxy.metricsPort, "GET /app")).passed).toBe(false);
    expect((await ask(proxy.port, "GET /robots.txt")).body).toBe(pages["robots.txt"]);
    await proxy.stop();
  });

  test("writes no secret and no token of an address to its log or its pages, but logs who signed on", async () => {
    const proxy = await startProxy(args());
    const user = new Browser(proxy.port);
    await ask(proxy.port, "POST /webhooks/telegram/1:planted-bot-token");
    await ask(proxy.port, "GET /widget?website_token=planted-website-token");
    const refused = await ask(proxy.port, "GET /oauth2/callback?code=planted-code&state=planted:state", {
      cookie: "__Host-oauth2_proxy=planted-session; _chatwoot_session=planted",
      authorization: "Bearer planted-bearer",
    });
    await user.signOn("/app?invitation=planted-invitation");
    await proxy.stop();
    expect(proxy.log()).toContain("agent@newjoy.ro");
    expect(proxy.log()).toContain("sign-on refused: it was begun in another browser");
    expect(proxy.log() + refused.body).not.toContain("planted");
    for (const secret of Object.values(secrets).slice(1)) expect(proxy.log()).not.toContain(secret);
    expect(refused.body).not.toMatch(/oauth2.proxy version|v7\.\d+/i);
  });

  test("answers 502 while Chatwoot is down, and stays ready", async () => {
    const proxy = await startProxy({ issuer: issuer.url, upstreamPort: await freePort() });
    expect((await ask(proxy.port, "GET /health")).status).toBe(502);
    expect((await ask(proxy.port, "GET /ready")).status).toBe(200);
    await proxy.stop();
  });
});
