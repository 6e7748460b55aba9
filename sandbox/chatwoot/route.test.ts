import { expect, test } from "vitest";
import { findRoute, route, routedPath, type World } from "./route.ts";
import type { Asked } from "./request.ts";

const routes = ["POST /auth", "GET /app/*rest", "GET /hc/:slug", "GET /files/:id/*name"].map((what) =>
  route(what, (_world, _asked, ids) => ({ status: 200, body: JSON.stringify([what, ids]) })),
);

function routed(request: string): unknown {
  const [method, path] = request.split(" ") as [string, string];
  const found = findRoute(routes, { method, path } as Asked)?.();
  return found === undefined ? undefined : JSON.parse(String(found[0]({} as World, {} as Asked, found[1]).body));
}

test.each([
  ["POST /auth", ["POST /auth", {}]],
  ["POST /auth/", ["POST /auth", {}]],
  ["POST //auth//", ["POST /auth", {}]],
  ["POST /auth.json", ["POST /auth", { format: "json" }]],
  ["POST /auth.", undefined],
  ["POST /auth/x", undefined],
  ["GET /app/accounts/1/", ["GET /app/*rest", { rest: "accounts/1" }]],
  ["GET /hc/help", ["GET /hc/:slug", { slug: "help" }]],
  ["GET /hc/help.md", ["GET /hc/:slug", { slug: "help", format: "md" }]],
  ["GET /hc/he%2Flp", ["GET /hc/:slug", { slug: "he/lp" }]],
  ["GET /hc/a.b.c", undefined],
  ["GET /files/1/a.b/c.png", ["GET /files/:id/*name", { id: "1", name: "a.b/c", format: "png" }]],
])("%s is routed as by Rails", (request, expected) => expect(routed(request)).toEqual(expected));

test.each([
  ["/", "/"],
  ["//", "/"],
  ["/auth/", "/auth"],
  ["//app//x//", "/app/x"],
])("%s is compared as %s", (path, expected) => expect(routedPath(path)).toBe(expected));
