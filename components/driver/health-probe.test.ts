import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { probeHealth } from "./health-probe.ts";

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = { status: number; body: string };
const woot: Answer = { status: 200, body: '{"status":"woot"}' };
const wrongToken: Answer = { status: 401, body: '{"error":"Invalid Access Token"}' };
const api = (queues: string): Answer => ({
  status: 200,
  body: JSON.stringify({ version: "4.16.2", queue_services: queues, data_services: "failing" }),
});

/** Answers as Chatwoot would; the answers of `/api` follow each other, the last forever. */
async function chatwoot(live: Answer, services: Answer[], profile = wrongToken): Promise<string> {
  const left = [...services];
  server = createServer((request, response) => {
    const isProfile = request.url === "/api/v1/profile" && request.headers["api-access-token"] !== undefined;
    const next = (): Answer => (left.length > 1 ? left.shift()! : left[0]!);
    const answer = request.url === "/health" ? live : isProfile ? profile : next();
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const quick = { patienceSeconds: 0.2, pauseMs: 20 };

test("ready at once, although /api reports a database that nobody has used yet", async () => {
  const health = await probeHealth(await chatwoot(woot, [api("ok")]), quick);
  expect(health.verdict).toBe("ready");
  expect(health.probes.map(({ status, body }) => [status, body])).toEqual([
    [200, woot.body],
    [200, api("ok").body],
    [401, wrongToken.body],
  ]);
});

test("repeats the requests while Redis loads its data", async () => {
  const origin = await chatwoot(woot, [{ status: 500, body: "" }, api("failing"), api("ok")]);
  expect(await probeHealth(origin, { patienceSeconds: 10, pauseMs: 20 })).toMatchObject({ verdict: "ready" });
});

test.each<[string, live: Answer, services: Answer, profile: Answer, reason: RegExp]>([
  [
    "Redis that fails, although the status is 200",
    woot,
    api("failing"),
    wrongToken,
    /\d\/api reports queue_services failing$/,
  ],
  [
    "PostgreSQL that fails",
    woot,
    api("ok"),
    { status: 500, body: "" },
    /\/api\/v1\/profile responded with 500, although/,
  ],
  [
    "another server at this address",
    woot,
    { status: 200, body: "<html>" },
    wrongToken,
    /\/api did not return Chatwoot's JSON$/,
  ],
  ["a server error", { status: 502, body: "" }, api("ok"), wrongToken, /\/health responded with 502$/],
  ["a redirect", { status: 301, body: "" }, api("ok"), wrongToken, /\/health responded with 301$/],
])("%s is a failure", async (_what, live, services, profile, reason) => {
  const health = await probeHealth(await chatwoot(live, [services], profile), quick);
  expect(health).toMatchObject({ verdict: "failing", reason: expect.stringMatching(reason) as unknown });
});

test("what cannot be reached is no failure", async () => {
  const origin = await chatwoot(woot, [api("ok")]);
  await new Promise((resolve) => server!.close(resolve));
  const health = await probeHealth(origin, quick);
  expect(health).toMatchObject({ verdict: "unreachable", reason: expect.stringContaining("ECONNREFUSED") as unknown });
});
