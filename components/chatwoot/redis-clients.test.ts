import { expect, test } from "vitest";
import { redisClients } from "./redis-clients.ts";

test("counts every pool by the threads that can use it at once", () => {
  const web = { count: 2, threads: 3 };
  const workers = [
    { name: "worker", count: 1, concurrency: 10 },
    { name: "worker-mail", count: 2, concurrency: 2 },
  ];
  expect(redisClients({ web, workers })).toEqual({
    clients: 86,
    sum: "web 2 x 11 + worker 1 x 27 + worker-mail 2 x 16 + 5 others = 86",
  });
  expect(redisClients({ web: { count: 1, threads: 64 }, workers: [] }).clients).toBe(5 + 10 + 10 + 2 + 5);
});
