import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routedPath } from "../../../sandbox/chatwoot/route.ts";
import { ask } from "./asking.ts";
import { startGate, type Gate } from "./gate.ts";

let upstream: Gate["upstream"];
let proxy: Gate["proxy"];
let gate: Gate | undefined;
beforeAll(async () => {
  // The most open gate: only the staff's pages are behind it.
  gate = await startGate({ publicApi: true });
  ({ upstream, proxy } = gate);
});
afterAll(() => gate?.stop());

/** The route that Rails matches: it uses the raw path with double slashes merged, and decodes names only afterwards. */
function railsPath(url: string): string {
  return routedPath(url.replace(/^https?:\/\/[^/]*/, "").replace(/[?#].*$/s, ""));
}
/** The pages of mails. The gate compares without `#` and what follows, and Rails answers with the same page for all of these. */
const mailed = "app/auth/(password/edit|confirmation)(%23.*)?$";
const staff = new RegExp(`^/($|(?!${mailed})(app|super_admin|monitoring|installation|swagger)($|[/.])|auth($|\\.))`);

/**
 * Sends the request, and again if the gate redirects to the clean path. Returns the request that reached Chatwoot, if
 * any.
 */
async function arrives(path: string): Promise<string | undefined> {
  const before = upstream.arrived.length;
  const answer = await ask(proxy.port, `GET ${path}`, { accept: "text/html" });
  if (answer.status === 301) await ask(proxy.port, `GET ${answer.headers.location}`, { accept: "text/html" });
  return upstream.arrived.slice(before).at(-1)?.url;
}

const refused: [trick: string, paths: string[]][] = [
  ["dots", ["/packs/../app", "/./super_admin", "/hc/./../super_admin", "/api/v1/../../super_admin", "/ping/../app"]],
  ["encoded dots", ["/packs/%2e%2e/app", "/packs/.%2e/app", "/packs/%2E./app", "/hc/%2e%2e/super_admin"]],
  ["encoded slashes", ["/packs/..%2fapp", "/hc/..%2F..%2fsuper_admin", "/%2fsuper_admin", "/api/v1/..%2f..%2fapp"]],
  ["double slashes", ["//super_admin", "/hc/..//super_admin", "//app//login", "/%2f/super_admin"]],
  ["a fragment", ["/health%23/../super_admin", "/super_admin%23/health", "/super_admin#/health", "/health#/../app"]],
  ["a semicolon", ["/super_admin;/health", "/super_admin%3b/hc/", "/health;/../super_admin", "/app;.js"]],
  ["a query", ["/super_admin?/health", "/super_admin%3f/health", "/app?rd=/health", "/app?x=^/health$"]],
  ["letters in another case", ["/SUPER_ADMIN", "/Super_Admin", "/aPP/login", "/HEALTH"]],
  [
    "one slash more or a format",
    ["/auth/", "/auth//", "//auth/", "/auth.json", "/auth/?x=1", "/auth/password/..", "/auth/."],
  ],
  [
    "a part of sign-in that has no client",
    ["/auth/unlock", "/auth/google_oauth2", "/auth/password/", "/auth/sign_in/x"],
  ],
  [
    "a page of a mail",
    [
      "/app/auth/confirmation/../../login",
      "/app/auth/password/edit/",
      "/app/auth/confirmation.json",
      "/app/auth/signup",
    ],
  ],
  ["something behind", ["/super_admin.", "/super_admin/", "/super_admin.json", "/app.js", "/health.", "/health/"]],
  ["an end of the line", ["/super_admin%0a", "/health%0a", "/health%0d%0a", "/super_admin%0a/health"]],
  ["encoded letters", ["/%73uper_admin", "/s%75per_admin", "/%61pp", "/app/%2e"]],
  ["a backslash", ["/\\super_admin", "/%5capp", "/super_admin\\health"]],
  ["another host", ["http://evil.example/super_admin", "http://chat.newjoy.ro/app", "//evil.example/../app"]],
  ["the gate's own pages", ["/oauth2/../super_admin", "/oauth2/static/../../app", "/oauth2/auth/../../app"]],
];

test.each(refused.flatMap(([trick, paths]) => paths.map((path) => [path, trick])))(
  "%s does not pass the gate by %s",
  async (path) => expect(await arrives(path)).toBeUndefined(),
);

/** Public folders pass names through unchanged: Rails does not decode them into another route. */
test.each([
  "/packs/%252e%252e/app",
  "/packs/..%5capp",
  "/hc/x%0a/super_admin",
  "/hc/..;/super_admin",
  "/hc/%2e%2e%3b/super_admin",
  "/%68ealth",
])("%s arrives unchanged, and is no staff page", async (path) => {
  const url = await arrives(path);
  expect(url).toBe(path);
  expect(railsPath(url!)).not.toMatch(staff);
});

/** The gate compares without an encoded `#` and what follows. Chatwoot has no other page behind the open ones. */
test.each(["/health%23/x", "/app/auth/confirmation%23x", "/app/auth/password/edit%23/x"])(
  "%s arrives, and is no staff page",
  async (path) => {
    expect(await arrives(path)).toBe(path);
    expect(railsPath(path)).not.toMatch(staff);
  },
);

test.each([
  "/app/login%23",
  "/app/auth%23confirmation",
  "/",
  "/app",
  "//app/",
  "/super_admin/x",
  "/swagger.json",
  "http://h/monitoring",
  "/auth/",
  "/auth.json",
  "/app/auth/signup",
])("%s would be detected if it arrived", (url) => expect(railsPath(url)).toMatch(staff));

test("no path made of these pieces reaches a staff page", { timeout: 120_000 }, async () => {
  const piece = fc.constantFrom(
    ...["/", "//", "..", ".", "%2e", "%2f", "%5c", "\\", ";", "%23", "#", "%3f", "?", "%00", "%0a", "%25"],
    ...["app", "super_admin", "monitoring", "installation", "health", "packs", "hc", "cable", "api", "v1", "oauth2"],
    ...["auth", "auth/password", "app/auth/confirmation"],
  );
  const path = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => `/${pieces.join("")}`);
  let arrived = 0;
  await fc.assert(
    fc.asyncProperty(path, async (asked) => {
      const url = await arrives(asked);
      if (url === undefined) return;
      arrived += 1;
      expect(railsPath(url)).not.toMatch(staff);
    }),
    { numRuns: 1500 },
  );
  expect(arrived).toBeGreaterThan(20);
});
