import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectStoreSpec, scheduledBackupSpec } from "./backup.ts";
import { databaseNames, serviceHosts } from "../names.ts";
import { serverNameOf } from "./archive.ts";
import { databaseCertificate } from "./certificate.ts";
import { clusterSpec, drillClusterSpec } from "./cluster.ts";
import { postgresParameters } from "./parameters.ts";
import { clusterRefusals } from "kubernetes-sandbox/stand-ins/cloudnative-pg";
import { cnpg as schema, type PostgresConfig } from "../../../config/schema/kubernetes/postgres.ts";
import { defaultPods } from "../../../tests/helpers/default-pods.ts";

const backup = { destination: "s3://bucket/path", endpoint: "https://s3.eu-central-003.backblazeb2.com" };
const config = (settings: object = {}): PostgresConfig => schema.parse({ storageClass: "local-ssd", ...settings });
const references = { credentials: "chatwoot-db-app", objectStore: "chatwoot-db" };
const megabytes = (text: string | undefined): number => Number(/^(\d+)MB$/.exec(text ?? "")?.[1]);

describe("parameters", () => {
  test("of the default sizes", () => {
    expect(postgresParameters(config())).toEqual({
      max_connections: "100",
      shared_buffers: "256MB",
      effective_cache_size: "768MB",
      work_mem: "4MB",
      maintenance_work_mem: "64MB",
      max_slot_wal_keep_size: "4096MB",
      max_wal_size: "2048MB",
      archive_timeout: "5min",
      random_page_cost: "1.1",
      "pg_stat_statements.max": "5000",
    });
  });

  test("fit the memory and the WAL volume, for any sizes", () => {
    const sizes = fc.record({
      memoryMb: fc.integer({ min: 1, max: 256 }).map((steps) => steps * 256),
      maxConnections: fc.integer({ min: 20, max: 5000 }),
      walSizeGi: fc.integer({ min: 2, max: 65536 }),
    });
    fc.assert(
      fc.property(sizes, (given) => {
        const parameters = postgresParameters(given);
        expect(Object.values(parameters).filter((value) => /NaN|Infinity|\.\d*MB/.test(value))).toEqual([]);
        const [shared, cache, work] = ["shared_buffers", "effective_cache_size", "work_mem"].map((key) =>
          megabytes(parameters[key]),
        );
        expect(shared).toBeLessThan(cache as number);
        expect(cache).toBeLessThan(given.memoryMb);
        expect(work).toBeGreaterThanOrEqual(4);
        // A quarter of the volume is left for segments that wait to be archived.
        const kept = megabytes(parameters["max_slot_wal_keep_size"]) + megabytes(parameters["max_wal_size"]);
        expect(kept).toBeLessThanOrEqual((given.walSizeGi * 1024 * 3) / 4);
        // PostgreSQL's minimum: two segments, and the default of min_wal_size.
        expect(megabytes(parameters["max_wal_size"])).toBeGreaterThan(80);
      }),
    );
  });
});

describe("a cluster", () => {
  test("of two instances: on different nodes, synchronous, with a disruption budget and a separate WAL volume", () => {
    const spec = clusterSpec(config({ backup }), defaultPods, references);
    expect(spec).toMatchObject({
      instances: 2,
      enablePDB: true,
      primaryUpdateMethod: "switchover",
      enableSuperuserAccess: false,
      affinity: { enablePodAntiAffinity: true, podAntiAffinityType: "required", topologyKey: "kubernetes.io/hostname" },
      postgresql: { synchronous: { method: "any", number: 1, dataDurability: "preferred" } },
      storage: { size: "20Gi", storageClass: "local-ssd" },
      walStorage: { size: "8Gi", storageClass: "local-ssd" },
      resources: { requests: { memory: "1024Mi" }, limits: { memory: "1024Mi" } },
      plugins: [
        {
          name: "barman-cloud.cloudnative-pg.io",
          isWALArchiver: true,
          parameters: { barmanObjectName: "chatwoot-db", serverName: "chatwoot-db" },
        },
      ],
    });
    expect(spec.imageName).toMatch(/:17.*-standard-.*@sha256:[0-9a-f]{64}$/);
    expect(spec.bootstrap).toMatchObject({
      initdb: {
        database: "chatwoot",
        owner: "chatwoot",
        secret: { name: "chatwoot-db-app" },
        localeProvider: "builtin",
        builtinLocale: "C.UTF-8",
        dataChecksums: true,
        postInitApplicationSQL: ["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"].map(
          (name) => `CREATE EXTENSION IF NOT EXISTS ${name}`,
        ),
      },
    });
  });

  test("of one instance waits for no other, and its node can be drained", () => {
    const spec = clusterSpec(config({ instances: 1 }), defaultPods, { credentials: "x", objectStore: undefined });
    expect(spec).toMatchObject({ enablePDB: false, primaryUpdateMethod: "restart" });
    expect(spec.postgresql.synchronous).toBeUndefined();
    expect(spec.plugins).toBeUndefined();
    expect(spec.affinity.podAntiAffinityType).toBe("preferred");
  });

  test("that is restored reads the old folder and writes to its own", () => {
    const recovery = { serverName: "chatwoot-db", targetTime: "2026-11-21T15:00:00Z" };
    const spec = clusterSpec(config({ name: "chatwoot-db-2", backup, recovery }), defaultPods, references);
    expect(spec.bootstrap).toEqual({
      recovery: {
        source: "chatwoot-db",
        database: "chatwoot",
        owner: "chatwoot",
        secret: { name: "chatwoot-db-app" },
        recoveryTarget: { targetTime: "2026-11-21T15:00:00Z" },
      },
    });
    expect(spec.externalClusters?.map(({ name, plugin }) => [name, plugin.parameters.serverName])).toEqual([
      ["chatwoot-db", "chatwoot-db"],
    ]);
    expect(spec.plugins?.[0]?.parameters.serverName).toBe("chatwoot-db-2");
  });

  test("of a drill starts from the running cluster's archive, and archives nothing", () => {
    const living = config({ instances: 3, maxConnections: 70, backup: { ...backup, serverName: "generation-3" } });
    const spec = drillClusterSpec(living, defaultPods, references);
    expect(spec).toMatchObject({ instances: 1, enablePDB: false, walStorage: { size: "8Gi" } });
    expect(spec.plugins).toBeUndefined();
    expect(spec.externalClusters?.[0]?.plugin.parameters.serverName).toBe("generation-3");
    // A restore fails with fewer connections than the primary had.
    expect(spec.postgresql.parameters).toEqual(clusterSpec(living, defaultPods, references).postgresql.parameters);
  });

  test("is accepted by the operator's schema, for any sizes", () => {
    const settings = fc.record({
      instances: fc.integer({ min: 1, max: 9 }),
      sizeGi: fc.integer({ min: 1, max: 65536 }),
      walSizeGi: fc.integer({ min: 2, max: 65536 }),
      recovery: fc.constantFrom(undefined, { serverName: "lost" }),
    });
    fc.assert(
      fc.property(settings, (given) => {
        const postgres = config({ ...given, backup });
        expect(clusterRefusals(clusterSpec(postgres, defaultPods, references) as never)).toEqual([]);
        expect(clusterRefusals(drillClusterSpec(postgres, defaultPods, references) as never)).toEqual([]);
      }),
    );
  });
});

describe("backups", () => {
  const environment = (settings: object) =>
    objectStoreSpec(config({ backup: { ...backup, ...settings } }).backup!, defaultPods, "keys")
      .instanceSidecarConfiguration.env;

  test("omit the checksums that Backblaze B2 rejects, and name its region", () => {
    expect(environment({})).toEqual([
      { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
      { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
      { name: "AWS_DEFAULT_REGION", value: "eu-central-003" },
    ]);
  });

  test("use the configured region, or none if no region is known", () => {
    const regions = (settings: object) => environment(settings).filter(({ name }) => name === "AWS_DEFAULT_REGION");
    expect(regions({ region: "elsewhere" })).toEqual([{ name: "AWS_DEFAULT_REGION", value: "elsewhere" }]);
    expect(regions({ endpoint: "https://minio.example.com" })).toEqual([]);
  });

  test("run with the plugin, on a standby, the first one at once", () => {
    expect(scheduledBackupSpec("db", "0 0 3 * * *")).toMatchObject({
      schedule: "0 0 3 * * *",
      immediate: true,
      method: "plugin",
      target: "prefer-standby",
      cluster: { name: "db" },
    });
  });

  test("go to a folder named after the cluster, unless configured otherwise", () => {
    expect(serverNameOf(config({ name: "db-2", backup }))).toBe("db-2");
    expect(serverNameOf(config({ name: "db-2", backup: { ...backup, serverName: "own" } }))).toBe("own");
  });
});

test("every name of a cluster derives from its own name", () => {
  expect(databaseNames("db-2")).toMatchObject({ credentials: "db-2-app", authority: "db-2-ca", drill: "db-2-drill" });
  expect(serviceHosts("ns", "db-2").database).toBe("db-2-rw.ns.svc");
  expect(serviceHosts("ns").database).toBe("chatwoot-db-rw.ns.svc");
});

test("pods get the authority's certificate, but not its key", () => {
  const { volume, mount, path } = databaseCertificate("db-2");
  expect(volume).toMatchObject({ secret: { secretName: "db-2-ca", items: [{ key: "ca.crt", path: "ca.crt" }] } });
  expect(mount).toMatchObject({ name: (volume as { name: string }).name, readOnly: true });
  expect([path, mount.mountPath]).toEqual(["/etc/chatwoot/database/ca.crt", "/etc/chatwoot/database"]);
});
