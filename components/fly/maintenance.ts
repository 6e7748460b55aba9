import { connectionsNeeded, explainConnections, type ConnectionDemand } from "../chatwoot/connection-budget.ts";

/** Whether web and worker stop during the migration, and why; or why the deployment is refused. */
export type MaintenancePlan = { stops: false } | { stops: true; reason: string } | { refusal: string };

export interface MaintenanceArgs {
  /** `fly.maintenance`: undefined stops them only if the connections do not fit. */
  wanted: boolean | undefined;
  strategy: "rolling" | "bluegreen";
  /** Maximum of client connections to the database; undefined if unknown. */
  limit: number | undefined;
  /** Including the preparation step. */
  demand: ConnectionDemand;
}

/**
 * If the pool fits web and worker but not also the migration, the two stop during the migration. If the pool does not
 * even fit web and worker, the deployment is refused.
 */
export function planMaintenance({ wanted, strategy, limit, demand }: MaintenanceArgs): MaintenancePlan {
  const fits = limit === undefined || connectionsNeeded(demand) <= limit;
  if (fits) return wanted === true ? { stops: true, reason: "fly.maintenance is true" } : { stops: false };
  const exceeded = `${limit} connections, but the deployment holds more while it is replaced: ${explainConnections(demand)}`;
  const lower = `Lower web.threads${demand.groups ? ", worker.concurrency or that of a group" : " or worker.concurrency"}`;
  if (strategy === "bluegreen")
    return { refusal: `allows ${exceeded}. ${lower}, or set fly.strategy to rolling, which runs one set of machines` };
  const alone = { ...demand, preparation: 0 };
  if (connectionsNeeded(alone) > limit)
    return {
      refusal:
        `allows ${limit} connections, but ${demand.facts ? "web, worker and the facts tables" : "web and worker alone"} hold ${explainConnections(alone)}. ` +
        `${lower}, ${demand.facts ? "set factsDatabaseUrl to another database, " : ""}or raise the connection limit of the database`,
    };
  if (wanted === false)
    return {
      refusal:
        `allows ${exceeded}. ${lower}, set migrationDatabaseUrl to an address without the pooler, ` +
        "or remove fly.maintenance, so that web and worker stop during the migration",
    };
  return {
    stops: true,
    // Without the counts, because every change of them would cause a release.
    reason: `the pool lets ${limit} clients in, too few for web and worker beside the migration`,
  };
}

/** Why web and worker stop; undefined if they keep running. */
export function reasonToStop(plan: MaintenancePlan): string | undefined {
  return "stops" in plan && plan.stops ? plan.reason : undefined;
}
