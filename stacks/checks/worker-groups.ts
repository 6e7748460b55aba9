import type { Problem } from "../../config/problems.ts";
import { allQueues, scalingQueues } from "../../config/queues.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { workersOf } from "../../config/worker-groups.ts";

/** Each queue has one kind of workers. */
export function checkWorkerGroups({ worker, kubernetes }: PartialSettings): Problem[] {
  if (worker === undefined) return [];
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  const [main, ...groups] = workersOf(worker);
  for (const { key, queues } of groups) {
    for (const queue of queues) {
      const owner = owners.get(queue);
      if (owner === undefined) owners.set(queue, key);
      else
        problems.push({
          key: `${key}.queues`,
          message:
            owner === key
              ? `names ${queue} twice. Remove one of them`
              : `names ${queue}, which belongs to ${owner}. Remove it from one of them`,
        });
    }
  }
  if (main.queues.length === 0)
    problems.push({
      key: "worker.groups",
      message: `take all ${allQueues.length} queues, so worker has none left. Leave at least one to it, for instance low`,
    });
  const scaling = kubernetes?.scaling;
  if (scaling?.worker !== undefined && main.queues.length > 0 && !main.queues.some(isWaitedFor))
    problems.push({
      key: "kubernetes.scaling.worker",
      message:
        "scales by the queues that users wait for, but worker.groups take all of them. Remove it, or use kubernetes.scaling.groups",
    });
  for (const group of Object.keys(scaling?.groups ?? {}).filter((name) => !(name in worker.groups)))
    problems.push({
      key: `kubernetes.scaling.groups.${group}`,
      message: "is not a group of worker.groups. Add the group, or remove this",
    });
  return problems;
}

const isWaitedFor = (queue: string): boolean => (scalingQueues as readonly string[]).includes(queue);
