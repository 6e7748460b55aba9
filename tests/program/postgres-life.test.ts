import { beforeEach, describe, expect, test } from "vitest";
import { memoryState, unprotect, type Props, type ProviderFactory, type StateStore } from "pulumi-embedded-engine";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

/** The effect of a careless configuration change or a destroy on the database: none, or none yet. */

type Change = NonNullable<StackOptions["change"]>;
let state: StateStore;
/** Objects that were created in the cluster and deleted there, as `Kind name`. */
let made: string[];
let deleted: string[];

const recording: ProviderFactory = (config, context) => {
  const double = clusterDouble(config, context);
  const key = ({ kind, metadata }: Props): string => `${kind} ${metadata?.name}`;
  return {
    ...double,
    create(inputs, creation) {
      if (!creation.preview) made.push(key(inputs));
      return double.create(inputs, creation);
    },
    delete(_id, inputs) {
      deleted.push(key(inputs));
      return Promise.resolve();
    },
  };
};

const engine = (change: Change = () => {}) =>
  stackEngine("prod", { providers: { ...doubles, kubernetes: recording }, state, change });
const errorsOf = ({ diagnostics }: { diagnostics: { severity: string; message: string }[] }): string =>
  diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");

const renamed: Change = ({ settings }) => (settings["kubernetes"].postgres.name = "chatwoot-db-2");
const recovered: Change = ({ settings }) => {
  settings["kubernetes"].postgres.name = "chatwoot-db-2";
  settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db", targetTime: "2026-11-21T15:00:00Z" };
};
/** Objects that a cluster needs to keep running. */
const needed = ["Cluster chatwoot-db", "Secret chatwoot-db-app", "ObjectStore chatwoot-db"];

beforeEach(async () => {
  state = memoryState();
  [made, deleted] = [[], []];
  expect(errorsOf(await engine().up(program))).toBe("");
  expect(made).toEqual(expect.arrayContaining([...needed, "Secret cnpg-backup-credentials"]));
});

describe.each([
  ["another name", renamed],
  ["a recovery", recovered],
])("%s", (_what, change) => {
  test("is rejected while the old cluster is protected, in the preview and in the run", async () => {
    for (const command of ["preview", "up"] as const) {
      const result = await engine(change)[command](program);
      expect(result.ok).toBe(false);
      expect(errorsOf(result)).toContain("postgres-cluster-chatwoot-db");
      expect(errorsOf(result)).toContain("protected");
    }
    for (const object of needed) expect(deleted).not.toContain(object);
  });

  test("creates a cluster beside the old one, and keeps everything that belongs to the old one", async () => {
    await unprotect(state, "prod", "all");
    made = [];
    const result = await engine(change).up(program);
    expect(errorsOf(result)).toBe("");
    expect(made).toEqual(expect.arrayContaining(["Cluster chatwoot-db-2", "Secret chatwoot-db-2-app"]));
    // The old cluster's operator objects are deleted; they hold no data: its Database is retained, its schedule only
    // creates backups.
    expect(deleted).toEqual(expect.arrayContaining(["Database chatwoot-db", "ScheduledBackup chatwoot-db"]));
    for (const object of [...needed, "Secret cnpg-backup-credentials"]) expect(deleted).not.toContain(object);
    // The password is kept too: it belongs to the old cluster.
    expect(result.steps.find(({ name }) => name === "postgres-password")?.op).toBe("same");
    expect(result.outputs["postgres"]).toMatchObject({ host: "chatwoot-db-2-rw.chatwoot.svc" });
  });
});

test("never changes the bootstrap of a running cluster", async () => {
  await unprotect(state, "prod", "all");
  await engine(recovered).up(program);
  // The recovery is finished: without it in the configuration, the cluster is unchanged.
  const { steps } = await engine(renamed).preview(program);
  const cluster = steps.find(({ name }) => name === "postgres-cluster-chatwoot-db-2");
  expect(cluster?.op).toBe("same");
  expect(cluster?.inputs["spec"]).toMatchObject({ bootstrap: { recovery: { source: "chatwoot-db" } } });
});

test("keeps the store and the keys of a backup that is removed from the configuration, for clusters that archive with them", async () => {
  const result = await engine(({ settings, secrets }) => {
    delete settings["kubernetes"].postgres.backup;
    delete secrets["backupAccessKeyId"];
    delete secrets["backupSecretAccessKey"];
  }).up(program);
  expect(errorsOf(result)).toBe("");
  for (const object of [...needed, "Secret cnpg-backup-credentials"]) expect(deleted).not.toContain(object);
  expect(deleted).toContain("CronJob chatwoot-restore-drill");
});

describe("a careless destroy", () => {
  test("is rejected, and deletes nothing", async () => {
    const result = await engine().destroy();
    expect(result.ok).toBe(false);
    expect(errorsOf(result)).toContain("destroy-guard cannot be deleted because it is protected");
    expect(deleted).toEqual([]);
  });

  test("without any protection still keeps the cluster, its password and its archive credentials", async () => {
    await unprotect(state, "prod", "all");
    expect(errorsOf(await engine().destroy())).toBe("");
    expect(deleted).toContain("Deployment chatwoot-web");
    for (const object of [...needed, "Secret cnpg-backup-credentials"]) expect(deleted).not.toContain(object);
  });
});
