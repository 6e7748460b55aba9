import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { apiRoutes, programPaths, publicRoutes, type Route } from "../../../components/kubernetes/sso/routes.ts";
import { staffRoutes } from "../../../components/kubernetes/sso/staff-routes.ts";
import { startChatwoot } from "../../../sandbox/chatwoot/chatwoot.ts";
import { ask, type Answer } from "./asking.ts";
import { startIssuer, type Issuer } from "./issuer.ts";
import { publicUrl, startProxy, type Proxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let issuer: Issuer;
let upstream: Upstream;
beforeAll(async () => {
  [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
});
afterAll(() => Promise.all([issuer.stop(), upstream.stop()]));

const examples = (routes: readonly { examples: readonly string[] }[]): string[] =>
  routes.flatMap((route) => route.examples);
const pathOf = (request: string): string => request.replace(/^\S+ /, "");
const forPrograms = (request: string): boolean =>
  programPaths.some((path) => new RegExp(path).test(pathOf(request).replace(/\?.*/, "")));
const allMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Each request of a row with every method that the row lacks; another row may have it. */
function otherMethods(rows: readonly Route[], all: readonly Route[]): string[] {
  return rows.flatMap((row) => {
    if (row.methods === undefined) return [];
    return row.examples
      .map(pathOf)
      .flatMap((path) =>
        allMethods
          .filter((method) => !all.some((other) => lets(other, method, path.replace(/\?.*/, ""))))
          .map((method) => `${method} ${path}`),
      );
  });
}
const lets = ({ methods, path }: Route, method: string, asked: string): boolean =>
  (methods?.includes(method) ?? true) && new RegExp(path).test(asked);

function expectSentToIssuer({ status, headers, passed }: Answer): void {
  expect([status, passed]).toEqual([302, false]);
  const { origin, pathname, searchParams } = new URL(headers.location ?? "");
  expect(origin + pathname).toBe(`${issuer.url}/authorize`);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: "chatwoot",
    redirect_uri: `${publicUrl}/oauth2/callback`,
    response_type: "code",
    scope: "openid email profile groups",
    code_challenge_method: "S256",
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{40,}$/),
    state: expect.stringMatching(/^[\w-]{40,}:/),
  });
}

function expectRefusedPlainly({ status, headers, passed }: Answer): void {
  expect([status, headers.location, passed]).toEqual([401, undefined, false]);
}

describe.each([true, false])("publicApi: %s", (publicApi) => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await startProxy({ config: { publicApi }, issuer: issuer.url, upstreamPort: upstream.port });
  });
  afterAll(() => proxy.stop());

  const open = [...publicRoutes, ...(publicApi ? apiRoutes : [])];
  const closed = [...staffRoutes, ...(publicApi ? [] : apiRoutes)];

  test.each(examples(open).filter((request) => request !== "GET /cable"))(
    "%s reaches Chatwoot unchanged",
    async (request) => {
      const { status, passed } = await ask(proxy.port, request);
      expect([status, passed]).toEqual([200, true]);
      const last = upstream.arrived.at(-1)!;
      expect(`${last.method} ${last.url}`).toBe(request);
    },
  );

  test.each(examples(closed).filter((request) => !forPrograms(request)))(
    "%s redirects to the issuer first",
    async (request) => {
      const before = upstream.arrived.length;
      expectSentToIssuer(await ask(proxy.port, request, { accept: "text/html" }));
      expect(upstream.arrived.length).toBe(before);
    },
  );

  test.each(examples(closed))("%s by a script is rejected without a redirect", async (request) => {
    const before = upstream.arrived.length;
    expectRefusedPlainly(await ask(proxy.port, request, { accept: "application/json, text/plain, */*" }));
    expect(upstream.arrived.length).toBe(before);
  });

  const programs = examples(closed).filter(forPrograms);
  test.runIf(programs.length > 0).each(programs)("%s by a program is rejected without a redirect", async (request) => {
    expectRefusedPlainly(await ask(proxy.port, request));
  });

  test.each(otherMethods(open, open))("%s is not public", async (request) => {
    const before = upstream.arrived.length;
    const { status, passed } = await ask(proxy.port, request);
    expect([[302, 401].includes(status), passed]).toEqual([true, false]);
    expect(upstream.arrived.length).toBe(before);
  });
});

test("both methods and both outcomes were tested", () => {
  expect(examples(publicRoutes).length).toBeGreaterThan(50);
  expect(otherMethods(publicRoutes, publicRoutes).length).toBeGreaterThan(100);
  expect(examples(apiRoutes).filter(forPrograms).length).toBeGreaterThan(3);
  expect(examples(staffRoutes).filter(forPrograms)).toEqual(["POST /rails/active_storage/direct_uploads"]);
});

test("a stranger sets a password by the link of a mail, and learns nothing of who has an account", async () => {
  const chatwoot = await startChatwoot();
  const proxy = await startProxy({
    config: { publicApi: true },
    issuer: issuer.url,
    upstreamPort: Number(new URL(chatwoot.url).port),
  });
  try {
    const asks = (what: string) => ask(proxy.port, what, { accept: "text/html" });
    const signUp = await fetch(`${chatwoot.url}/auth/`, { method: "POST" });
    expect([signUp.status, (await signUp.json()) as object]).toMatchObject([422, { status: "error" }]);
    for (const what of ["POST /auth", "POST /auth/", "PUT /auth/", "DELETE /auth/", "POST /auth.json"])
      expect([what, (await asks(what)).status]).toEqual([what, 302]);
    expect((await asks("GET /app/auth/password/edit?reset_password_token=x")).body).toContain("chatwootConfig");
    expect((await asks("GET /app/auth/confirmation?confirmation_token=x")).status).toBe(200);
    expect(await asks("POST /auth/password")).toMatchObject({
      status: 200,
      body: expect.stringContaining("if it exists"),
    });
    for (const what of ["GET /app/", "GET /app/login", "GET /app/auth/signup"])
      expect([what, (await asks(what)).status]).toEqual([what, 302]);
  } finally {
    await Promise.all([proxy.stop(), chatwoot.stop()]);
  }
});

test("a Chatwoot that forces TLS gets the ingress's header, also for websockets", async () => {
  const chatwoot = await startChatwoot({ forceSsl: true });
  const upstreamPort = Number(new URL(chatwoot.url).port);
  const proxy = await startProxy({ config: {}, issuer: issuer.url, upstreamPort });
  try {
    const behind = { "x-forwarded-proto": "https" };
    const { status, headers } = await ask(proxy.port, "GET /widget?website_token=x", behind);
    expect([status, headers["strict-transport-security"]]).toEqual([404, "max-age=63072000; includeSubDomains"]);
    expect(await ask(proxy.port, "GET /widget?website_token=x")).toMatchObject({
      status: 301,
      headers: { location: "https://chat.newjoy.ro/widget?website_token=x" },
    });
    expect(await upgrade(proxy.port, behind)).toBe(101);
    expect(await upgrade(proxy.port)).toBe(301);
  } finally {
    await Promise.all([proxy.stop(), chatwoot.stop()]);
  }
});

/** The status of a websocket's request. */
function upgrade(port: number, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/cable`, ["actioncable-v1-json"], {
      headers: { host: "chat.newjoy.ro", ...headers },
    });
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.once("error", reject);
  });
}
