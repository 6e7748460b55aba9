import { beforeEach, describe, expect, test } from "vitest";
import { memoryState, unprotect, type Props, type ProviderFactory, type StateStore } from "pulumi-embedded-engine";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

/** What a careless change of the configuration, or a destroy, does to the database: nothing, or nothing yet. */

type Change = NonNullable<StackOptions["change"]>;
let state: StateStore;
/** What was made in the cluster and deleted there, as `Kind name`. */
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
/** What a cluster needs to go on by itself. */
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
  test("is refused while the old cluster is protected, in the preview and in the run", async () => {
    for (const command of ["preview", "up"] as const) {
      const result = await engine(change)[command](program);
      expect(result.ok).toBe(false);
      expect(errorsOf(result)).toContain("postgres-cluster-chatwoot-db");
      expect(errorsOf(result)).toContain("protected");
    }
    for (const object of needed) expect(deleted).not.toContain(object);
  });

  test("makes a cluster beside the old one, and everything that belongs to the old one stays", async () => {
    await unprotect(state, "prod", "all");
    made = [];
    const result = await engine(change).up(program);
    expect(errorsOf(result)).toBe("");
    expect(made).toEqual(expect.arrayContaining(["Cluster chatwoot-db-2", "Secret chatwoot-db-2-app"]));
    // The old one's operator objects go, which keep nothing: its Database is retained, its schedule makes backups.
    expect(deleted).toEqual(expect.arrayContaining(["Database chatwoot-db", "ScheduledBackup chatwoot-db"]));
    for (const object of [...needed, "Secret cnpg-backup-credentials"]) expect(deleted).not.toContain(object);
    // The password stays too: it is the old cluster's.
    expect(result.steps.find(({ name }) => name === "postgres-password")?.op).toBe("same");
    expect(result.outputs["postgres"]).toMatchObject({ host: "chatwoot-db-2-rw.chatwoot.svc" });
  });
});

test("what a cluster began with is never changed in a living one", async () => {
  await unprotect(state, "prod", "all");
  await engine(recovered).up(program);
  // The recovery is over: without it in the configuration, the cluster is what it was.
  const { steps } = await engine(renamed).preview(program);
  const cluster = steps.find(({ name }) => name === "postgres-cluster-chatwoot-db-2");
  expect(cluster?.op).toBe("same");
  expect(cluster?.inputs["spec"]).toMatchObject({ bootstrap: { recovery: { source: "chatwoot-db" } } });
});

test("a backup that is taken out of the configuration leaves store and keys to whoever archives by them", async () => {
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
  test("is refused, and deletes nothing", async () => {
    const result = await engine().destroy();
    expect(result.ok).toBe(false);
    for (const name of ["postgres-cluster-chatwoot-db", "postgres-password"]) expect(errorsOf(result)).toContain(name);
    expect(deleted).toEqual([]);
  });

  test("with every protection taken off still leaves the cluster, its password and what it archives by", async () => {
    await unprotect(state, "prod", "all");
    expect(errorsOf(await engine().destroy())).toBe("");
    expect(deleted).toContain("Deployment chatwoot-web");
    for (const object of [...needed, "Secret cnpg-backup-credentials"]) expect(deleted).not.toContain(object);
  });
});
