import {
  backupConnections,
  connectionsNeeded,
  explainConnections,
  groupsDemand,
  factsConnections,
  pipelineConnections,
  preparationConnections,
  type ConnectionDemand,
} from "../../components/chatwoot/connection-budget.ts";
import { sharesPool } from "../../lib/postgres-url.ts";
import { isOwnDatabase } from "../../components/kubernetes/names.ts";
import { scalerOf } from "../../components/kubernetes/scaling/scalers.ts";
import { podsBesideCount } from "../../components/kubernetes/rollout.ts";
import { databaseAddress } from "../external-servers.ts";
import { planMaintenance, type MaintenancePlan } from "../../components/fly/maintenance.ts";
import { workersOf } from "../../config/worker-groups.ts";
import type { Problem } from "../../config/problems.ts";
import type { FlyConfig } from "../../config/schema.ts";
import type { PartialSettings } from "../../config/secrets.ts";
import { knownPoolLimit, type Addresses } from "./addresses.ts";

/** Reserved for superusers and for CloudNativePG's agents. */
const reservedConnections = 10;

/** Checks that the database accepts the maximum number of connections during a deployment. */
export function checkConnections(settings: PartialSettings, addresses: Addresses): Problem[] {
  return settings.target === "fly" ? checkFly(settings, addresses) : checkKubernetes(settings, addresses);
}

function checkFly({ web, worker, database, fly, support }: PartialSettings, addresses: Addresses): Problem[] {
  if (web === undefined || worker === undefined) return [];
  const { strategy = "rolling", maintenance: wanted, backup } = fly ?? {};
  const { maintenance } = flyConnections(
    { web, worker, database: database ?? {}, fly: { strategy, maintenance: wanted, backup }, support },
    addresses,
  );
  if ("refusal" in maintenance) return [{ key: "database.poolLimit", message: maintenance.refusal }];
  if (maintenance.stops && strategy === "bluegreen") {
    return [
      {
        key: "fly.maintenance",
        message: "stops web and worker, but fly.strategy bluegreen keeps them running. Remove one of them",
      },
    ];
  }
  return [];
}

/** The database connections of a deployment to Fly, and whether releases need a maintenance window. */
export interface FlyConnections {
  /** Clients that the database accepts; undefined if unknown. */
  limit: number | undefined;
  demand: ConnectionDemand;
  maintenance: MaintenancePlan;
}

type ConnectionSettings = Pick<FlyConfig, "web" | "worker" | "database" | "support"> & {
  fly: Pick<FlyConfig["fly"], "strategy" | "maintenance" | "backup">;
};

export function flyConnections(
  { web, worker, database, fly, support }: ConnectionSettings,
  { databaseUrl, migrationDatabaseUrl = databaseUrl, factsDatabaseUrl = databaseUrl }: Addresses,
): FlyConnections {
  const limit = database.poolLimit ?? knownPoolLimit(databaseUrl);
  const shared =
    databaseUrl === undefined || migrationDatabaseUrl === undefined || sharesPool(databaseUrl, migrationDatabaseUrl);
  const demand: ConnectionDemand = {
    web: { count: web.count, threads: web.threads },
    worker: { count: worker.count, concurrency: worker.concurrency },
    ...groupsDemand(workersOf(worker).slice(1)),
    preparation: shared ? preparationConnections : 0,
    backup: shared && fly.backup !== undefined ? backupConnections : 0,
    ...(databaseUrl === undefined || factsDatabaseUrl === undefined || sharesPool(databaseUrl, factsDatabaseUrl)
      ? factsDemand(support)
      : {}),
    sets: fly.strategy === "bluegreen" ? 2 : 1,
  };
  return {
    limit,
    demand,
    maintenance: planMaintenance({ wanted: fly.maintenance, strategy: fly.strategy, limit, demand }),
  };
}

/** Connections of the support pipeline to the database of the facts. */
function factsDemand(support: PartialSettings["support"]): Pick<ConnectionDemand, "facts" | "pipeline"> {
  return {
    ...(support?.facts !== undefined && { facts: factsConnections }),
    ...(support?.schedules.runner === "stack" && { pipeline: pipelineConnections }),
  };
}

/** How many connections the database of a Kubernetes stack accepts, and who else uses them. */
function serverOf(
  { postgres, namespace }: NonNullable<PartialSettings["kubernetes"]>,
  addresses: Addresses,
): { limit: number | undefined; set: number; reserved: number; sharesDatabase: boolean; migratesThere: boolean } {
  const { factsDatabaseUrl: facts, migrationDatabaseUrl: migration } = addresses;
  if (postgres.kind !== "external") {
    const { maxConnections, name } = postgres;
    return {
      limit: maxConnections - reservedConnections,
      set: maxConnections,
      reserved: reservedConnections,
      sharesDatabase: facts !== undefined && isOwnDatabase(facts.host, namespace, name),
      migratesThere: true,
    };
  }
  const address = databaseAddress(postgres, addresses);
  const limit = postgres.maxConnections ?? knownPoolLimit(address);
  return {
    limit,
    set: limit ?? 0,
    reserved: 0,
    sharesDatabase: address !== undefined && facts !== undefined && sharesPool(address, facts),
    migratesThere: address === undefined || migration === undefined || sharesPool(address, migration),
  };
}

const prefixed = <T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));

/** Assumes the autoscalers' maximum during a rollout with its preparation. */
function checkKubernetes({ web, worker, kubernetes, support }: PartialSettings, addresses: Addresses): Problem[] {
  if (web === undefined || worker === undefined || kubernetes === undefined) return [];
  const { scaling } = kubernetes;
  const [, ...groups] = workersOf(worker);
  const { limit, set, reserved, sharesDatabase, migratesThere } = serverOf(kubernetes, addresses);
  if (limit === undefined) return [];
  const most = (count: number, scaler: { max: number } | undefined) => Math.max(count, scaler?.max ?? 0);
  const demand: ConnectionDemand = {
    web: { ...web, count: most(web.count, scaling.web) },
    worker: { ...worker, count: most(worker.count, scaling.worker) },
    ...groupsDemand(groups.map((each) => ({ ...each, count: most(each.count, scalerOf(scaling, each)) }))),
    beside: podsBesideCount,
    preparation: migratesThere ? preparationConnections : 0,
    ...(sharesDatabase ? factsDemand(support) : {}),
  };
  const needed = connectionsNeeded(demand);
  if (needed <= limit) return [];
  const scalers = Object.entries({ web: scaling.web, worker: scaling.worker, ...prefixed("groups", scaling.groups) });
  const scaled = scalers.flatMap(([tier, scaler]) => (scaler ? [`kubernetes.scaling.${tier}.max`] : []));
  const remedies = [...scaled, "web.threads", "worker.concurrency", ...groups.map(({ key }) => `${key}.concurrency`)];
  return [
    {
      key: "kubernetes.postgres.maxConnections",
      message:
        `is ${set}${reserved > 0 ? `, of which ${limit} are for Chatwoot` : ""}, but Chatwoot needs more while a version is replaced` +
        `${scaled.length > 0 ? " at the maximum scale" : ""}: ${explainConnections(demand)}. ` +
        `Raise it to ${needed + reserved} or more, or lower ${remedies.slice(0, -1).join(", ")} or ${remedies.at(-1)}`,
    },
  ];
}
