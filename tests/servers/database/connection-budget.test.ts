import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connectionsNeeded,
  preparationConnections,
  type ConnectionDemand,
} from "../../../components/chatwoot/connection-budget.ts";
import { supabaseSessionPoolLimit as limit } from "../../../lib/postgres-url.ts";
import { planMaintenance } from "../../../components/fly/maintenance.ts";
import { startPgBouncer, startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { parseConfig } from "../../../stacks/parse.ts";
import { rawConfig } from "../../helpers/stack-files.ts";
import { startProcess, startProcesses, type Sessions } from "./processes.ts";

/** PgBouncer's message for Supabase's "MaxClientsInSessionMode: max clients reached". */
const refusal = "no more connections allowed (max_client_conn)";

let postgres: PostgresServer;
let pooler: { url: string; stop: () => Promise<void> };

beforeAll(async () => {
  postgres = await startPostgres({ settings: { max_connections: 60 } });
  pooler = await startPgBouncer({ upstream: postgres, poolMode: "session", maxClients: limit, poolSize: limit });
});

afterAll(async () => {
  await pooler?.stop();
  await postgres?.stop();
});

interface Counts {
  web: { count: number; threads: number };
  worker: { count: number; concurrency: number };
}

/** Before its configuration was checked, staging ran at Chatwoot's own defaults. */
const chatwootDefaults: Counts = { web: { count: 1, threads: 5 }, worker: { count: 1, concurrency: 10 } };

function machines({ web, worker }: Counts) {
  return [
    ...Array.from({ length: web.count }, () => ({ name: "web", sessions: web.threads })),
    ...Array.from({ length: worker.count }, () => ({ name: "worker", sessions: worker.concurrency })),
  ];
}

const startApp = (counts: Counts): Promise<Sessions> => startProcesses(pooler.url, machines(counts));
const startPreparation = (): Promise<Sessions> => startProcess(pooler.url, "preparation", preparationConnections);

/** Sessions that PostgreSQL itself holds for the clients of the pooler. */
async function sessionsOf(...names: string[]): Promise<number> {
  const list = names.map((name) => `'${name}'`).join(", ");
  return Number(await postgres.sql(`SELECT count(*) FROM pg_stat_activity WHERE application_name IN (${list})`));
}

test("at Chatwoot's defaults, web and worker fill the pool, and the migration is rejected", async () => {
  const app = await startApp(chatwootDefaults);
  expect(await sessionsOf("web", "worker")).toBe(limit);
  await expect(startPreparation()).rejects.toThrow(refusal);
  await app.stop();
});

test("at the defaults, a worker that restarts while the migration holds its session is rejected too", async () => {
  const preparation = await startPreparation();
  await expect(startApp(chatwootDefaults)).rejects.toThrow(refusal);
  await preparation.stop();
});

test("at staging's settings, the migration runs beside web and worker", async () => {
  const { settings } = parseConfig(rawConfig("staging"));
  const app = await startApp(settings);
  const preparation = await startPreparation();
  expect(await sessionsOf("web", "worker", "preparation")).toBe(
    connectionsNeeded({ ...settings, preparation: preparationConnections }),
  );
  await preparation.stop();
  await app.stop();
});

test("in a maintenance window the defaults suffice: the app's sessions end, the migration runs, the app starts again", async () => {
  const demand = { ...chatwootDefaults, preparation: preparationConnections };
  expect(planMaintenance({ wanted: undefined, strategy: "rolling", limit, demand })).toMatchObject({ stops: true });
  const before = await startApp(chatwootDefaults);
  await before.stop();
  const preparation = await startPreparation();
  await preparation.stop();
  const after = await startApp(chatwootDefaults);
  expect(await sessionsOf("web", "worker")).toBe(limit);
  await after.stop();
});

/** A complete release, with every session that it holds. */
async function release({ web, worker, preparation, backup = 0, sets = 1 }: ConnectionDemand): Promise<boolean> {
  const held: Sessions[] = [];
  try {
    held.push(await startApp({ web, worker }));
    if (backup > 0) held.push(await startProcess(pooler.url, "backup", backup));
    if (preparation > 0) await (await startProcess(pooler.url, "preparation", preparation)).stop();
    for (let set = 1; set < sets; set++) held.push(await startApp({ web, worker }));
    return true;
  } catch (error) {
    expect((error as Error).message).toContain(refusal);
    return false;
  } finally {
    await Promise.all(held.map((each) => each.stop()));
  }
}

const demand: fc.Arbitrary<ConnectionDemand> = fc.record({
  web: fc.record({ count: fc.integer({ min: 1, max: 3 }), threads: fc.integer({ min: 1, max: 5 }) }),
  worker: fc.record({ count: fc.integer({ min: 1, max: 2 }), concurrency: fc.integer({ min: 1, max: 10 }) }),
  preparation: fc.constantFrom(0, 1),
  backup: fc.constantFrom(0, 1),
  sets: fc.constantFrom(1, 2),
});

/** The maximum, and one more, in each way to reach it. */
const edges: [ConnectionDemand][] = [
  { web: { count: 1, threads: 4 }, worker: { count: 1, concurrency: 10 }, preparation: 1 },
  { web: { count: 1, threads: 5 }, worker: { count: 1, concurrency: 10 }, preparation: 0 },
  { web: { count: 1, threads: 5 }, worker: { count: 1, concurrency: 10 }, preparation: 1 },
  { web: { count: 1, threads: 4 }, worker: { count: 1, concurrency: 10 }, preparation: 1, backup: 1 },
  { web: { count: 1, threads: 2 }, worker: { count: 1, concurrency: 5 }, preparation: 1, backup: 1, sets: 2 },
  { web: { count: 1, threads: 3 }, worker: { count: 1, concurrency: 5 }, preparation: 1, sets: 2 },
].map((each) => [each]);

test("the budget matches the pooler: every session is accepted exactly when the sum is within the limit", async () => {
  await fc.assert(
    fc.asyncProperty(demand, async (each) => {
      expect(await release(each)).toBe(connectionsNeeded(each) <= limit);
    }),
    { numRuns: 20, examples: edges },
  );
});
