import {
  connectionsNeeded,
  explainConnections,
  groupsDemand,
  preparationConnections,
  type ConnectionDemand,
} from "../../components/chatwoot/connection-budget.ts";
import { objectNames } from "../../components/kubernetes/names.ts";
import { podsBesideCount } from "../../components/kubernetes/rollout.ts";
import { variableOf } from "../environment.ts";
import { stepInput, stepOf } from "../fly.ts";
import { groupOf, isDatabase, isKind, nameOf, podOf, sameNamespace, specOf, appContainersOf } from "../kubernetes.ts";
import type { Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";
import { numberOr, replicasOf } from "../scale.ts";

interface Settings {
  reserved: number;
}

export const connectionBudget: Rule<Settings> = {
  name: "connection-budget",
  requirement: "The database allows all connections of Chatwoot at maximum scale, also during a rollout.",
  reason: "Beyond the limit, migrations fail and customers get errors at peak load.",
  fix: "Raise `kubernetes.postgres.maxConnections` (on Fly the pool's limit), or lower the autoscalers' maximum, `web.threads` or `worker.concurrency`.",
  level: "mandatory",
  settings: {
    reserved: {
      type: "integer",
      default: 10,
      description: "Connections reserved for PostgreSQL and its operator",
    },
  },
  ofStack: (resources, { settings }) => [
    ...resources.filter(isDatabase).flatMap((database) => violations(database, resources, settings)),
    ...resources.flatMap(violationsOnFly),
  ],
};

function violations(database: Resource, resources: readonly Resource[], { reserved }: Settings): Violation[] {
  // PostgreSQL's default.
  const limits = [
    specOf(database)["postgresql"]?.["parameters"]?.["max_connections"] as unknown,
    ...resources
      .filter((each) => isOfDatabase(each, database))
      .map((each) => specOf(each)["connectionLimit"] as unknown),
  ];
  const most = Math.min(...limits.map((limit) => numberOr(limit, 100)).filter((limit) => limit >= 0));
  const demand = demandOf(resources.filter((resource) => sameNamespace(resource, database)));
  if (connectionsNeeded(demand) <= most - reserved) return [];
  const message =
    `max_connections is ${most}, of which ${most - reserved} are for Chatwoot, but at maximum scale it needs more: ` +
    `${explainConnections(demand)}. Raise max_connections, or lower the autoscalers' maximum.`;
  return [{ resource: database, message }];
}

/** A Database with a separate limit. */
function isOfDatabase(resource: Resource, cluster: Resource): boolean {
  return (
    groupOf(resource) === "postgresql.cnpg.io" &&
    isKind(resource, "Database") &&
    sameNamespace(resource, cluster) &&
    specOf(resource)["connectionLimit"] !== undefined
  );
}

/** Begins the names of the Deployments of worker groups. */
const groupPrefix = `${objectNames.release}-worker-`;

/** Web needs a connection per thread, the worker one per concurrent job. */
function demandOf(resources: readonly Resource[]): ConnectionDemand {
  const tiers = (role: string, variable: string, standard: number) => {
    const workloads = resources.filter((resource) => isKind(resource, "Deployment") && roleOf(resource) === role);
    return workloads.flatMap((workload) => {
      const [container] = appContainersOf(workload);
      if (container === undefined) return [];
      const threads = numberOr(variableOf(variable, container, workload, resources), standard);
      // Puma starts this many processes, each with its own threads.
      const each = threads * Math.max(1, numberOr(variableOf("WEB_CONCURRENCY", container, workload, resources), 1));
      return [{ name: nameOf(workload) ?? "", count: replicasOf(workload, resources).most, each }];
    });
  };
  const none = { count: 0, each: 0 };
  const [web = none] = tiers("web", "RAILS_MAX_THREADS", 5);
  const workers = tiers("worker", "SIDEKIQ_CONCURRENCY", 10);
  const worker = workers.find(({ name }) => !name.startsWith(groupPrefix)) ?? none;
  const groups = workers.filter(({ name }) => name.startsWith(groupPrefix));
  const prepares = resources.some((resource) => isKind(resource, "Job") && roleOf(resource) === "preparation");
  return {
    web: { count: web.count, threads: web.each },
    worker: { count: worker.count, concurrency: worker.each },
    ...groupsDemand(
      groups.map(({ name, count, each }) => ({
        name: name.slice(`${objectNames.release}-`.length),
        count,
        concurrency: each,
      })),
    ),
    beside: podsBesideCount,
    preparation: prepares ? preparationConnections : 0,
  };
}

function roleOf(resource: Resource): unknown {
  return podOf(resource)?.labels["app.kubernetes.io/component"];
}

/** Reads the limits for `npm run ops -- scale`. Migrations do not count: web and worker stop for them if needed. */
function violationsOnFly(resource: Resource): Violation[] {
  const text = stepOf(resource) === "scale" ? stepInput(resource, "SCALING") : undefined;
  if (text === undefined) return [];
  const { demand, poolLimit } = JSON.parse(text) as { demand?: ConnectionDemand; poolLimit?: number };
  if (demand === undefined || poolLimit === undefined) return [];
  const alone = { ...demand, preparation: 0 };
  if (connectionsNeeded(alone) <= poolLimit) return [];
  const message = `the pool allows ${poolLimit} clients, but Chatwoot needs more: ${explainConnections(alone)}. Raise chatwoot:database.poolLimit, or lower web.threads or worker.concurrency.`;
  return [{ resource, message }];
}
