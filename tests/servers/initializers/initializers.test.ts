import { describe, expect, test } from "vitest";
import { runDoubles } from "./run.ts";

type Env = Record<string, string>;

describe("client address", () => {
  const proxy = { REMOTE_ADDR: "10.0.0.9" };
  /** What a visitor can send to appear as 6.6.6.6. */
  const forged: Env[] = [
    {},
    { HTTP_FORWARDED: "for=6.6.6.6;host=evil.example;proto=http" },
    { HTTP_FORWARDED: 'for="[2001:db8::666]:4711", for=6.6.6.6' },
    { HTTP_FORWARDED_FOR: "6.6.6.6" },
    { HTTP_X_FORWARDED: "6.6.6.6" },
    { HTTP_CLIENT_IP: "6.6.6.6" },
    { HTTP_X_CLIENT_IP: "6.6.6.6" },
    { HTTP_X_REAL_IP: "6.6.6.6" },
    { HTTP_X_CLUSTER_CLIENT_IP: "6.6.6.6" },
  ];
  const everything: Env = Object.assign({}, ...forged) as Env;
  /** Headers that Rails needs. */
  const kept = {
    HTTP_HOST: "chat.example.com",
    HTTP_X_FORWARDED_PROTO: "https",
    HTTP_X_FORWARDED_HOST: "chat.example.com",
    HTTP_X_FORWARDED_PORT: "443",
    HTTP_X_FORWARDED_SSL: "on",
  };

  async function after(clientAddress: { header: string } | { hops: number }, envs: readonly Env[]): Promise<Env[]> {
    const input = envs.map((env) => ({ ...proxy, ...kept, ...env }));
    const result = (await runDoubles("client-address", { clientAddress, input })) as { index: number; after: Env[] };
    expect(result.index).toBe(0);
    return result.after;
  }

  const seen = (address: string): Env => ({ ...kept, REMOTE_ADDR: address, HTTP_X_FORWARDED_FOR: address });

  test("on Fly, whatever a visitor sends, one address is left: that of the edge", async () => {
    const entries = ["6.6.6.6, 203.0.113.7, 66.241.1.1", "6.6.6.6,,127.0.0.1", " ", "unknown"];
    const edge = { HTTP_FLY_CLIENT_IP: "203.0.113.7" };
    const sent = [...forged, everything].flatMap((each) => [
      { ...each, ...edge },
      ...entries.map((list) => ({ ...each, ...edge, HTTP_X_FORWARDED_FOR: list })),
    ]);
    const expected = { ...seen("203.0.113.7"), ...edge };
    expect(await after({ header: "HTTP_FLY_CLIENT_IP" }, sent)).toEqual(sent.map(() => expected));
  });

  test("on Fly, a request without an address of the edge keeps that of its connection", async () => {
    const missing: Env[] = [{}, { HTTP_FLY_CLIENT_IP: "" }, { HTTP_FLY_CLIENT_IP: "6.6.6.6/8" }];
    const sent = missing.map((each) => ({ ...each, ...everything, HTTP_X_FORWARDED_FOR: "6.6.6.6" }));
    const expected = missing.map((each) => ({ ...proxy, ...kept, ...each }));
    expect(await after({ header: "HTTP_FLY_CLIENT_IP" }, sent)).toEqual(expected);
  });

  test.each([
    [1, "203.0.113.7", "203.0.113.7"],
    [1, "6.6.6.6, 203.0.113.7", "203.0.113.7"],
    [1, "6.6.6.6,203.0.113.7:4711", "203.0.113.7"],
    [1, "6.6.6.6, [2001:db8::7]:443", "2001:db8::7"],
    [1, "6.6.6.6, 2001:DB8::7", "2001:db8::7"],
    [1, "6.6.6.6, ::ffff:203.0.113.7", "203.0.113.7"],
    [2, "6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7"],
    [2, "6.6.6.6, 6.6.6.7, 203.0.113.7, 198.51.100.1", "203.0.113.7"],
    [1, "6.6.6.6, unknown", undefined],
    [1, "6.6.6.6, 203.0.113.0/24", undefined],
    [1, "6.6.6.6, fe80::1%eth0", undefined],
    [1, "6.6.6.6, ", undefined],
    [1, "", undefined],
    [2, "6.6.6.6", undefined],
    [3, "6.6.6.6, 6.6.6.7", undefined],
    [0, "6.6.6.6", undefined],
  ])("with %i trusted proxies, %j is %s", async (hops, list, address) => {
    const expected = address === undefined ? { ...proxy, ...kept } : seen(address);
    const sent = [...forged, everything].map((each) => ({ ...each, HTTP_X_FORWARDED_FOR: list }));
    expect(await after({ hops }, sent)).toEqual(sent.map(() => expected));
  });

  test("a proxy with a public address does not replace its clients", async () => {
    const sent = [{ REMOTE_ADDR: "198.51.100.1", HTTP_X_FORWARDED_FOR: "203.0.113.7" }];
    expect(await after({ hops: 1 }, sent)).toEqual([seen("203.0.113.7")]);
  });
});

test("the listener of the websockets survives a minute without Redis, and publishing tries once", async () => {
  const publisher = { adapter: "redis", url: "redis://cache" };
  expect(await runDoubles("websocket-reconnect")).toEqual({
    alive: true,
    slept: 60,
    publisher: { ...publisher, reconnect_attempts: 1 },
  });
  expect(await runDoubles("websocket-reconnect", { isMounted: false })).toMatchObject({ alive: false, publisher });
});

test("a job that meets a Redis that is away gets its retry once Redis is back", async () => {
  expect(await runDoubles("job-retry")).toEqual({
    away: { end: "retry RedisClient::CannotConnectError", seconds: 60 },
    redis_rb: { end: "retry Redis::BaseConnectionError", seconds: 3 },
    wrapped: { end: "retry ArgumentError", seconds: 3 },
    loading: { end: "retry RedisClient::CommandError", seconds: 26 },
    back: { end: "retry RedisClient::CannotConnectError", seconds: 0 },
    other: { end: "retry ArgumentError", seconds: 0 },
    // Sidekiq's own limit ends it, and Sidekiq puts the job back.
    killed: { end: "requeued", seconds: 5 },
    // Told to stop after 5 seconds, it waits for 20 more.
    stopped: { end: "dropped", seconds: 25 },
  });
  expect(await runDoubles("job-retry", { isMounted: false })).toMatchObject({ away: { end: "dropped" } });
});

test("a scheduler whose first wait ends without Redis continues", async () => {
  const { rounds, log } = (await runDoubles("job-scheduler")) as { rounds: number[]; log: string[] };
  expect(rounds).toEqual([1, 1, 1, 1, 1]);
  expect(log).toHaveLength(3);
  expect(await runDoubles("job-scheduler", { isMounted: false })).toEqual({ rounds: [1, 1, 0, 0, 0], log: [] });
});

test("mail that no job routes is routed once, by one worker", async () => {
  expect(await runDoubles("pending-mail")).toEqual({
    old: [1, 2],
    again: [1, 2],
    queue_is_long: [1, 2, 3],
    queue_was_lost: [1, 2],
    two_workers: [1, 2],
    away: [[], ["pending mail: RedisClient::CannotConnectError. It is looked for again in 300 seconds."]],
    later: [1],
    at_start: [300, [1]],
  });
});

test("no argument of a job is in the logs", async () => {
  const { log, ...rest } = (await runDoubles("hidden-arguments")) as { log: string[] };
  expect(rest).toEqual({ log_arguments: false, others: 4 });
  expect(log).toHaveLength(4);
  expect(log.join("\n")).not.toContain("planted");
  expect(log[0]).toContain('"wrapped"=>"WebhookJob", "jid"=>"j1"');
  const without = (await runDoubles("hidden-arguments", { isMounted: false })) as { log: string[] };
  expect(without).toMatchObject({ log_arguments: true });
  expect(without.log.filter((line) => line.includes("planted"))).toHaveLength(3);
});
