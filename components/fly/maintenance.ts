import { connectionsNeeded, explainConnections, type ConnectionDemand } from "../chatwoot/connection-budget.ts";

/** Whether web and worker stop while the database is migrated, and why; or why the deployment cannot be. */
export type MaintenancePlan = { stops: false } | { stops: true; reason: string } | { refusal: string };

export interface MaintenanceArgs {
  /** `fly.maintenance`: undefined stops them only where they must. */
  wanted: boolean | undefined;
  strategy: "rolling" | "bluegreen";
  /** Clients that the database lets in; undefined where nobody knows. */
  limit: number | undefined;
  /** With the preparation step beside web and worker. */
  demand: ConnectionDemand;
}

/**
 * A pool that holds web and worker, but not the migration as well, is enough when the two stop for it; one that does
 * not even hold web and worker is never enough.
 */
export function planMaintenance({ wanted, strategy, limit, demand }: MaintenanceArgs): MaintenancePlan {
  const fits = limit === undefined || connectionsNeeded(demand) <= limit;
  if (fits) return wanted === true ? { stops: true, reason: "fly.maintenance is true" } : { stops: false };
  const exceeded = `${limit} connections, but the deployment holds more while it is replaced: ${explainConnections(demand)}`;
  const lower = "Lower web.threads or worker.concurrency";
  if (strategy === "bluegreen")
    return { refusal: `allows ${exceeded}. ${lower}, or use fly.strategy: rolling, which runs one set of machines` };
  const alone = { ...demand, preparation: 0 };
  if (connectionsNeeded(alone) > limit)
    return {
      refusal:
        `allows ${limit} connections, but web and worker ${demand.facts ? "beside the tables of the facts" : "alone"} hold ${explainConnections(alone)}. ` +
        `${lower}, ${demand.facts ? "set factsDatabaseUrl to another database, " : ""}or raise the limit where the database has it`,
    };
  if (wanted === false)
    return {
      refusal:
        `allows ${exceeded}. ${lower}, set migrationDatabaseUrl to an address past the pooler, ` +
        "or leave fly.maintenance out, and web and worker stop while the database is migrated",
    };
  return {
    stops: true,
    // Without the counts: they would make a release of every change of them.
    reason: `the pool lets ${limit} clients in, too few for web and worker beside the migration`,
  };
}

/** Why web and worker stop; undefined if they keep running. */
export function reasonToStop(plan: MaintenancePlan): string | undefined {
  return "stops" in plan && plan.stops ? plan.reason : undefined;
}
