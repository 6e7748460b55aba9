import { expect, test } from "vitest";
import { judgeReadiness, type ReadinessAnswer } from "./readiness.ts";

const api = (queues: string, data: string): ReadinessAnswer => ({
  status: 200,
  body: JSON.stringify({ version: "4.16.2", queue_services: queues, data_services: data }),
});
const wrongToken: ReadinessAnswer = { status: 401, body: '{"error":"Invalid Access Token"}' };
const status = (code: number, body = ""): ReadinessAnswer => ({ status: code, body });

test.each<[string, services: ReadinessAnswer, profile: ReadinessAnswer, expected: object]>([
  ["a healthy Chatwoot", api("ok", "ok"), wrongToken, { state: "ready", version: "4.16.2" }],
  ["a quiet Chatwoot, whose pool has no connection", api("ok", "failing"), wrongToken, { state: "ready" }],
  [
    "Redis that is away",
    api("failing", "ok"),
    status(500),
    { state: "failing", service: "Redis", reason: "/api reports queue_services failing" },
  ],
  ["Redis that is away only for /api", api("failing", "failing"), wrongToken, { state: "failing", service: "Redis" }],
  [
    "Redis that loads its data",
    status(500),
    status(500),
    { state: "failing", service: "Redis", reason: expect.stringContaining("/api responded with 500") as unknown },
  ],
  ["a frozen Redis that answers the second request", status(500), wrongToken, { state: "failing", service: "Redis" }],
  [
    "PostgreSQL that is away",
    api("ok", "failing"),
    status(500),
    {
      state: "failing",
      service: "PostgreSQL",
      reason: expect.stringContaining("/api/v1/profile responded with 500") as unknown,
    },
  ],
  ["PostgreSQL that /api reports as ok", api("ok", "ok"), status(500), { state: "failing", service: "PostgreSQL" }],
  ["a proxy without a server", status(502), status(502), { state: "unknown", reason: "/api responded with 502" }],
  [
    "another server",
    status(200, "<html>"),
    wrongToken,
    { state: "unknown", reason: "/api did not return Chatwoot's JSON" },
  ],
  [
    "a proxy that requires a session by 401",
    api("ok", "ok"),
    status(401, "Unauthorized"),
    { state: "unknown", reason: "/api/v1/profile responded with 401, but not as Chatwoot to a wrong token" },
  ],
  [
    "a proxy that drops the token",
    api("ok", "ok"),
    status(401, '{"errors":["You need to sign in or sign up before continuing."]}'),
    { state: "unknown" },
  ],
  [
    "a proxy that redirects to a sign-on page",
    api("ok", "ok"),
    status(302),
    { state: "unknown", reason: "/api/v1/profile responded with 302 to a wrong token, not 401" },
  ],
  ["a server that accepts every token", api("ok", "ok"), status(200, "{}"), { state: "unknown" }],
])("%s", (_what, services, profile, expected) => expect(judgeReadiness({ services, profile })).toMatchObject(expected));
