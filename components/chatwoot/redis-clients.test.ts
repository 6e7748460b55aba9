import { expect, test } from "vitest";
import { redisClients } from "./redis-clients.ts";

test("counts every pool by the threads that can use it at once", () => {
  const web = { count: 2, threads: 3 };
  const workers = [
    { name: "worker", count: 1, concurrency: 10 },
    { name: "worker-mail", count: 2, concurrency: 2 },
  ];
  expect(redisClients({ web, workers })).toEqual({
    clients: 65,
    sum: "web 2 x 11 + worker 1 x 20 + worker-mail 2 x 9 + 5 others = 65",
  });
  expect(redisClients({ web: { count: 1, threads: 64 }, workers: [] }).clients).toBe(5 + 10 + 10 + 2 + 5);
});

test("is what Sidekiq and Chatwoot's pools opened at a real Redis, with ActionCable and cron beside them", () => {
  const others = 5;
  const measured = [
    [2, 6, 5],
    [5, 15, 11],
    [10, 25, 16],
  ] as const;
  for (const [threads, web, worker] of measured) {
    const none = { count: 0, threads: 1 };
    const inWeb = redisClients({ web: { count: 1, threads }, workers: [] }).clients - others;
    const workers = [{ name: "worker", count: 1, concurrency: threads }];
    const inWorker = redisClients({ web: none, workers }).clients - others;
    // ActionCable has two more, and cron one.
    expect(inWeb).toBe(web + 2);
    expect(inWorker - worker).toBeGreaterThanOrEqual(3);
    expect(inWorker - worker).toBeLessThanOrEqual(4);
  }
});
