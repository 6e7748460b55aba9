import {
  connectionsNeeded,
  explainConnections,
  preparationConnections,
  type ConnectionDemand,
} from "../../components/chatwoot/connection-budget.ts";
import { podsBesideCount } from "../../components/kubernetes/rollout.ts";
import { variableOf } from "../environment.ts";
import { stepInput, stepOf } from "../fly.ts";
import { isDatabase, isKind, podOf, sameNamespace, specOf, stayingContainersOf } from "../kubernetes.ts";
import type { Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";
import { numberOr, replicasOf } from "../scale.ts";

interface Settings {
  reserved: number;
}

export const connectionBudget: Rule<Settings> = {
  name: "connection-budget",
  wants: "The database lets in everybody that comes at the largest scale, while a version is replaced.",
  reason:
    "One session too many and migrations fail, or customers get errors at the very moment when most of them are there.",
  fix: "Raise `kubernetes.postgres.maxConnections` (on Fly the pool), or lower the autoscalers' maximum, `web.threads` or `worker.concurrency`.",
  level: "mandatory",
  settings: {
    reserved: {
      type: "integer",
      default: 10,
      description: "Sessions that PostgreSQL and its operator keep for themselves",
    },
  },
  ofStack: (resources, { settings }) => [
    ...resources.filter(isDatabase).flatMap((database) => overbooked(database, resources, settings)),
    ...resources.flatMap(overbookedOnFly),
  ],
};

function overbooked(database: Resource, resources: readonly Resource[], { reserved }: Settings): Violation[] {
  // PostgreSQL's own default.
  const most = numberOr(specOf(database)["postgresql"]?.["parameters"]?.["max_connections"], 100);
  const demand = demandOf(resources.filter((resource) => sameNamespace(resource, database)));
  if (connectionsNeeded(demand) <= most - reserved) return [];
  const message =
    `max_connections is ${most}, of which ${most - reserved} are for Chatwoot, but at its largest it holds more: ` +
    `${explainConnections(demand)}. Raise it, or lower what scales.`;
  return [{ resource: database, message }];
}

/** By their role, which is a label: web has a session for each thread, the worker one for each job at a time. */
function demandOf(resources: readonly Resource[]): ConnectionDemand {
  const tier = (role: string, variable: string, standard: number) => {
    const workload = resources.find((resource) => isKind(resource, "Deployment") && roleOf(resource) === role);
    const [container] = workload === undefined ? [] : stayingContainersOf(workload);
    if (workload === undefined || container === undefined) return { count: 0, each: 0 };
    const each = numberOr(variableOf(variable, container, workload, resources), standard);
    return { count: replicasOf(workload, resources).most, each };
  };
  const web = tier("web", "RAILS_MAX_THREADS", 5);
  const worker = tier("worker", "SIDEKIQ_CONCURRENCY", 10);
  const prepares = resources.some((resource) => isKind(resource, "Job") && roleOf(resource) === "preparation");
  return {
    web: { count: web.count, threads: web.each },
    worker: { count: worker.count, concurrency: worker.each },
    beside: podsBesideCount,
    preparation: prepares ? preparationConnections : 0,
  };
}

function roleOf(resource: Resource): unknown {
  return podOf(resource)?.labels["app.kubernetes.io/component"];
}

/**
 * What the program tells `npm run ops -- scale`, which itself adds no worker that the pool cannot hold. A migration is not
 * counted: where it would be one too many, web and worker stop for it.
 */
function overbookedOnFly(resource: Resource): Violation[] {
  const text = stepOf(resource) === "scale" ? stepInput(resource, "SCALING") : undefined;
  if (text === undefined) return [];
  const { demand, poolLimit } = JSON.parse(text) as { demand?: ConnectionDemand; poolLimit?: number };
  if (demand === undefined || poolLimit === undefined) return [];
  const alone = { ...demand, preparation: 0 };
  if (connectionsNeeded(alone) <= poolLimit) return [];
  const message = `the pool lets ${poolLimit} clients in, but Chatwoot holds more: ${explainConnections(alone)}. Raise it, or lower what runs.`;
  return [{ resource, message }];
}
