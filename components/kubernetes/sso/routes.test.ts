import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeMatches, routeProblem } from "./route-pattern.ts";
import { apiRoutes, programPaths, publicRouteFlags, publicRoutes, routeFlags } from "./routes.ts";
import { staffRoutes } from "./staff-routes.ts";
import { wrongPatterns } from "../../../tests/tools/sso/wrong-patterns.ts";

function passes(request: string, publicApi: boolean): boolean {
  const [method, path] = request.split(/[ ?]/) as [string, string];
  return publicRouteFlags(publicApi).some((route) => routeMatches(route, method, path));
}

const examplesOf = (routes: readonly { examples: readonly string[] }[]): string[] =>
  routes.flatMap(({ examples }) => examples);

test.each(examplesOf(publicRoutes))("%s needs no sign-on, with either API policy", (request) => {
  expect([passes(request, false), passes(request, true)]).toEqual([true, true]);
});

test.each(examplesOf(apiRoutes))("%s needs no sign-on only with a public API", (request) => {
  expect([passes(request, false), passes(request, true)]).toEqual([false, true]);
});

test.each(examplesOf(staffRoutes))("%s needs sign-on, with either API policy", (request) => {
  expect([passes(request, false), passes(request, true)]).toEqual([false, false]);
});

/** Names that start or end like public ones, and public pages with a method that they do not support. */
test.each([
  "GET /healthz",
  "GET /health/x",
  "POST /health",
  "GET /apiary",
  "GET /API",
  "GET /widgets",
  "GET /widget_tests",
  "GET /x/widget",
  "GET /cable/x",
  "POST /cable",
  "GET /sw.js/x",
  "GET /swxjs",
  "GET /hc",
  "POST /hc/help/en",
  "GET /botany",
  "GET /bot/admin",
  "GET /slack_uploads/x",
  "DELETE /rails/active_storage/blobs/redirect/x/y",
  "GET /rails/info/routes",
  "GET /rails/conductor/action_mailbox/inbound_emails",
  "GET /twilio/callback",
  "GET /enterprise/webhooks/stripe",
  "GET /.well-knownx",
  "GET /survey",
  "GET /api/v3/accounts",
  "GET /authx",
])("%s is not public by accident", (request) => {
  expect(passes(request, true)).toBe(false);
});

const staffFolders = ["app", "super_admin", "monitoring", "installation", "swagger"];

test("no page below the staff folders is public", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._~%;-]{0,12}$/);
  const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  fc.assert(
    fc.property(method, fc.constantFrom(...staffFolders), fc.array(name), (verb, folder, names) => {
      expect(passes(`${verb} /${[folder, ...names].join("/")}`, true)).toBe(false);
    }),
  );
});

describe("the table", () => {
  const rows = [...publicRoutes, ...apiRoutes];
  test("has each route once, with a reason", () => {
    const flags = rows.flatMap(routeFlags);
    expect(new Set(flags).size).toBe(flags.length);
    expect([...rows, ...staffRoutes].filter(({ reason }) => reason.length < 10)).toEqual([]);
  });
  test.each(rows)("$path has the same meaning in Go and here, and matches its examples", (row) => {
    for (const flag of routeFlags(row)) expect(routeProblem(flag)).toBeUndefined();
    for (const example of row.examples) {
      const [method, path] = example.split(/[ ?]/) as [string, string];
      expect(routeFlags(row).some((flag) => routeMatches(flag, method, path))).toBe(true);
    }
  });
  test.each(programPaths)("%s for programs is a valid route", (path) => {
    expect(routeProblem(path)).toBeUndefined();
  });
});

test.each(wrongPatterns)("a route with %s is refused: %j", (_what, route) => {
  expect(routeProblem(route)).toMatchSnapshot();
  expect(routeProblem(route)).toMatch(/^[^.]+\. \S/);
});

test.each(["^/book$", "POST=^/book/", "^/hc/[a-z-]+/book$", "^/(one|two)/x\\.js$", "^/a/?$", "^/[^/]+/book$"])(
  "%s is a valid route",
  (route) => expect(routeProblem(route)).toBeUndefined(),
);
