import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { probeHealth } from "./health-probe.ts";

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = { status: number; body: string };
const woot: Answer = { status: 200, body: '{"status":"woot"}' };
const api = (queues: string, data: string): Answer => ({
  status: 200,
  body: JSON.stringify({ version: "4.16.2", queue_services: queues, data_services: data }),
});

/** Answers as Chatwoot would; the answers of `/api` follow each other, the last for ever. */
async function chatwoot(live: Answer, ready: Answer[]): Promise<string> {
  const left = [...ready];
  server = createServer((request, response) => {
    const answer = request.url === "/health" ? live : left.length > 1 ? left.shift()! : left[0]!;
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const quick = { patienceSeconds: 0.2, pauseMs: 20 };

test("ready when the body reports both services as ok", async () => {
  const health = await probeHealth(await chatwoot(woot, [api("ok", "ok")]), quick);
  expect(health.verdict).toBe("ready");
  expect(health.probes.map(({ status, body }) => [status, body])).toEqual([
    [200, woot.body],
    [200, api("ok", "ok").body],
  ]);
});

test("a database that nobody has used yet is asked again", async () => {
  const origin = await chatwoot(woot, [api("ok", "failing"), api("ok", "failing"), api("ok", "ok")]);
  expect(await probeHealth(origin, { patienceSeconds: 10, pauseMs: 20 })).toMatchObject({ verdict: "ready" });
});

test.each<[string, live: Answer, ready: Answer, reason: RegExp]>([
  ["Redis that fails, although the status is 200", woot, api("failing", "ok"), /\/api reports queue_services failing$/],
  ["both that fail", woot, api("failing", "failing"), /queue_services failing, data_services failing$/],
  ["another server at this address", woot, { status: 200, body: "<html>" }, /\/api did not return Chatwoot's JSON$/],
  ["a server error", { status: 502, body: "" }, api("ok", "ok"), /\/health responded with 502$/],
  ["a redirect", { status: 301, body: "" }, api("ok", "ok"), /\/health responded with 301$/],
])("%s is a failure", async (_what, live, ready, reason) => {
  const health = await probeHealth(await chatwoot(live, [ready]), quick);
  expect(health).toMatchObject({ verdict: "failing", reason: expect.stringMatching(reason) as unknown });
});

test("what cannot be reached is no failure", async () => {
  const origin = await chatwoot(woot, [api("ok", "ok")]);
  await new Promise((resolve) => server!.close(resolve));
  const health = await probeHealth(origin, quick);
  expect(health).toMatchObject({ verdict: "unreachable", reason: expect.stringContaining("ECONNREFUSED") as unknown });
});
