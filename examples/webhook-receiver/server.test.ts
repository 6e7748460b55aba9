import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Replays } from "./replays.ts";
import { createReceiver, type ReceiverOptions } from "./server.ts";
import { sign } from "./verify.ts";

const secret = "receiver-test-secret";
let server: Server = createServer();
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function open(options: Partial<ReceiverOptions> = {}) {
  const events: Record<string, unknown>[] = [];
  const problems: string[] = [];
  server = createReceiver({
    secret,
    onEvent: (event) => void events.push(event),
    onProblem: (problem) => problems.push(problem),
    ...options,
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (body: string, headers: Record<string, string> = signed(body), path = "/api/webhooks/chatwoot") =>
    fetch(`${origin}${path}`, { method: "POST", body, headers, signal: AbortSignal.timeout(5000) });
  return { origin, events, problems, post };
}

function signed(body: string, key = secret, timestamp = String(Math.floor(Date.now() / 1000))): Record<string, string> {
  return { "X-Chatwoot-Timestamp": timestamp, "X-Chatwoot-Signature": sign(key, timestamp, Buffer.from(body)) };
}

test("accepts a delivery once and ignores its replay", async () => {
  const { events, post } = await open();
  const body = `{"event":"message_created","content":"Grüße 👋"}`;
  const headers = signed(body);
  const first = await post(body, headers);
  expect([first.status, await first.json()]).toEqual([202, { accepted: true }]);
  // The id of a delivery is not signed, so a changed id is still a replay.
  const again = await post(body, { ...headers, "X-Chatwoot-Delivery": "another" });
  expect([again.status, await again.json()]).toEqual([202, { accepted: false }]);
  expect(events).toEqual([JSON.parse(body)]);
});

test("returns no reason to the sender, and logs it", async () => {
  const { events, problems, post } = await open();
  const wrong = await post("{}", signed("{}", "another"));
  expect([wrong.status, await wrong.json()]).toEqual([401, { error: "unauthorized" }]);
  expect((await post("{}", {})).status).toBe(401);
  expect(problems).toEqual(["refused: wrong-signature", "refused: no-signature"]);
  expect(events).toEqual([]);
});

test("a test event is answered and not processed", async () => {
  const { events, post } = await open();
  expect((await post('{"event":"test","test":true}')).status).toBe(202);
  expect(events).toEqual([]);
});

test.each([
  ["invalid JSON", "not json", 400],
  ["JSON that is not an object", "[1]", 400],
  ["an oversized body", JSON.stringify("x".repeat(200)), 413],
])("%s is rejected even if signed", async (_, body, status) => {
  const { post } = await open({ limitBytes: 100 });
  expect((await post(body)).status).toBe(status);
});

test("other routes do not exist", async () => {
  const { origin, post } = await open();
  expect((await post("{}", signed("{}"), "/")).status).toBe(404);
  expect((await fetch(`${origin}/api/webhooks/chatwoot`)).status).toBe(405);
  expect((await fetch(`${origin}/health`)).status).toBe(200);
});

test("answers before processing, and logs failures of the processing", async () => {
  let end: (() => void) | undefined;
  const { problems, post } = await open({
    onEvent: () =>
      new Promise((_, reject) => {
        end = () => reject(new Error("broken"));
      }),
  });
  expect((await post('{"event":"message_created"}')).status).toBe(202);
  expect(problems).toEqual([]);
  end?.();
  await expect.poll(() => problems).toEqual(["Error: broken"]);
});

test("forgets signatures that are too old to be accepted", () => {
  const replays = new Replays(600);
  expect(replays.isNew("a", 0)).toBe(true);
  expect(replays.isNew("a", 599_999)).toBe(false);
  expect(replays.isNew("a", 600_000)).toBe(true);
});
