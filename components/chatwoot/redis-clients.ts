/** Processes of one kind, at most: with the autoscaler's maximum and pods beside them in a rollout. */
export interface RedisUsers {
  web: { count: number; threads: number };
  workers: readonly { name: string; count: number; concurrency: number }[];
}

/** Chatwoot's connection pools, as REDIS_ALFRED_SIZE and REDIS_VELMA_SIZE of `.env.example` document them. */
const [alfred, velma] = [5, 10];
/** Pool of Sidekiq beside one connection for each of its threads. */
const sidekiq = 10;
/** ActionCable's listener and publisher. */
const cable = 2;
/** The preparation, the exporter or scaler, and an operator's command. */
const others = 5;

/** Redis clients at most, with the sum: a pool opens a connection for each thread that uses it at once. */
export function redisClients({ web, workers }: RedisUsers): { clients: number; sum: string } {
  const eachWeb = [alfred, velma, sidekiq].reduce((all, size) => all + Math.min(size, web.threads), cable);
  const parts = [
    { name: "web", count: web.count, each: eachWeb },
    ...workers.map(({ name, count, concurrency }) => ({
      name,
      count,
      each: concurrency + sidekiq + Math.min(alfred, concurrency) + cable,
    })),
  ];
  const clients = parts.reduce((all, { count, each }) => all + count * each, others);
  const sum = `${parts.map(({ name, count, each }) => `${name} ${count} x ${each}`).join(" + ")} + ${others} others = ${clients}`;
  return { clients, sum };
}
