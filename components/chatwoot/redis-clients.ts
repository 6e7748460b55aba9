/** Processes of one kind, at most: with the autoscaler's maximum and pods beside them in a rollout. */
export interface RedisUsers {
  web: { count: number; threads: number };
  workers: readonly { name: string; count: number; concurrency: number }[];
}

/** Chatwoot's connection pools, as REDIS_ALFRED_SIZE and REDIS_VELMA_SIZE of `.env.example` document them. */
const [alfred, velma] = [5, 10];
/** Sidekiq's pool of a process that only enqueues. */
const enqueuing = 10;
/**
 * Sidekiq's own threads in a worker: heartbeat, scheduled jobs, cron. Counted at a real Redis with Sidekiq 7.3.10 under load at
 * 2, 5 and 10 threads: web 6, 15 and 25, worker 5, 11 and 16, without cable and cron.
 */
const ownThreads = 3;
/** ActionCable's listener and publisher. */
const cable = 2;
/** The preparation, the exporter or scaler, and an operator's command. */
const others = 5;

/** Redis clients at most, with the sum: a pool opens a connection for each thread that uses it at once. */
export function redisClients({ web, workers }: RedisUsers): { clients: number; sum: string } {
  const eachWeb = [alfred, velma, enqueuing].reduce((all, size) => all + Math.min(size, web.threads), cable);
  const parts = [
    { name: "web", count: web.count, each: eachWeb },
    ...workers.map(({ name, count, concurrency }) => ({
      name,
      count,
      each: concurrency + ownThreads + Math.min(alfred, concurrency) + cable,
    })),
  ];
  const clients = parts.reduce((all, { count, each }) => all + count * each, others);
  const sum = `${parts.map(({ name, count, each }) => `${name} ${count} x ${each}`).join(" + ")} + ${others} others = ${clients}`;
  return { clients, sum };
}
