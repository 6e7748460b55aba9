import { redisClients } from "../../components/chatwoot/redis-clients.ts";
import { podsBesideCount } from "../../components/kubernetes/rollout.ts";
import { scalerOf } from "../../components/kubernetes/scaling/scalers.ts";
import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { workersOf } from "../../config/worker-groups.ts";

/** Whether a Redis that the stack does not run accepts every client of a rollout at the maximum scale. */
export function checkRedisClients({ web, worker, kubernetes, fly }: PartialSettings): Problem[] {
  const [redis, key] = kubernetes ? [kubernetes.redis, "kubernetes.redis"] : [fly?.redis, "fly.redis"];
  if (web === undefined || worker === undefined || redis === undefined || !("maxClients" in redis)) return [];
  const { maxClients } = redis;
  if (maxClients === undefined) return [];
  const beside = kubernetes ? podsBesideCount : 0;
  const sets = fly?.strategy === "bluegreen" ? 2 : 1;
  const most = (count: number, max = 0): number => sets * (Math.max(count, max) + beside);
  const { clients, sum } = redisClients({
    web: { ...web, count: most(web.count, kubernetes?.scaling.web?.max) },
    workers: workersOf(worker).map((each) => ({
      ...each,
      count: most(each.count, kubernetes && scalerOf(kubernetes.scaling, each)?.max),
    })),
  });
  if (clients <= maxClients) return [];
  const message = `is ${maxClients}, but Chatwoot opens up to ${clients} connections: ${sum}. Choose a larger plan, or lower counts, threads or concurrency`;
  return [{ key: `${key}.maxClients`, message }];
}
