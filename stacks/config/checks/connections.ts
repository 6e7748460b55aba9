import {
  backupConnections,
  connectionsNeeded,
  explainConnections,
  preparationConnections,
  type ConnectionDemand,
} from "../../../components/chatwoot/connection-budget.ts";
import { sharesPool } from "../../../components/chatwoot/postgres-url.ts";
import { planMaintenance, type MaintenancePlan } from "../../../components/fly/maintenance.ts";
import type { Problem } from "../problems.ts";
import type { FlyConfig } from "../schema.ts";
import type { PartialSettings } from "../secrets.ts";
import { knownPoolLimit, type Addresses } from "./addresses.ts";

/** PostgreSQL keeps these for superusers, and CloudNativePG's own agents hold a few. */
const reservedConnections = 10;

/** Whether the database lets in everybody that comes at the worst moment. */
export function checkConnections(settings: PartialSettings, addresses: Addresses): Problem[] {
  return settings.target === "fly" ? checkFly(settings, addresses) : checkKubernetes(settings);
}

function checkFly({ web, worker, database, fly }: PartialSettings, addresses: Addresses): Problem[] {
  if (web === undefined || worker === undefined) return [];
  const { strategy = "rolling", maintenance: wanted, backup } = fly ?? {};
  const { maintenance } = flyConnections(
    { web, worker, database: database ?? {}, fly: { strategy, maintenance: wanted, backup } },
    addresses,
  );
  if ("refusal" in maintenance) return [{ key: "database.poolLimit", message: maintenance.refusal }];
  if (maintenance.stops && strategy === "bluegreen") {
    return [
      {
        key: "fly.maintenance",
        message: "stops web and worker, and fly.strategy bluegreen is there to keep them. Choose one of the two",
      },
    ];
  }
  return [];
}

/** What a deployment to Fly asks of the database, and what follows for its releases. */
export interface FlyConnections {
  /** Clients that the database lets in; undefined where nobody knows. */
  limit: number | undefined;
  demand: ConnectionDemand;
  maintenance: MaintenancePlan;
}

type ConnectionSettings = Pick<FlyConfig, "web" | "worker" | "database"> & {
  fly: Pick<FlyConfig["fly"], "strategy" | "maintenance" | "backup">;
};

export function flyConnections(
  { web, worker, database, fly }: ConnectionSettings,
  { databaseUrl, migrationDatabaseUrl = databaseUrl }: Addresses,
): FlyConnections {
  const limit = database.poolLimit ?? knownPoolLimit(databaseUrl);
  const shared =
    databaseUrl === undefined || migrationDatabaseUrl === undefined || sharesPool(databaseUrl, migrationDatabaseUrl);
  const demand: ConnectionDemand = {
    web: { count: web.count, threads: web.threads },
    worker: { count: worker.count, concurrency: worker.concurrency },
    preparation: shared ? preparationConnections : 0,
    backup: shared && fly.backup !== undefined ? backupConnections : 0,
    sets: fly.strategy === "bluegreen" ? 2 : 1,
  };
  return {
    limit,
    demand,
    maintenance: planMaintenance({ wanted: fly.maintenance, strategy: fly.strategy, limit, demand }),
  };
}

function checkKubernetes({ web, worker, kubernetes }: PartialSettings): Problem[] {
  if (web === undefined || worker === undefined || kubernetes === undefined) return [];
  const limit = kubernetes.postgres.maxConnections - reservedConnections;
  const demand: ConnectionDemand = { web, worker, preparation: preparationConnections };
  if (connectionsNeeded(demand) <= limit) return [];
  return [
    {
      key: "kubernetes.postgres.maxConnections",
      message:
        `allows ${limit} connections, but the deployment holds more while it migrates: ${explainConnections(demand)}. ` +
        "Lower web.threads or worker.concurrency, or raise the limit where the database has it",
    },
  ];
}
