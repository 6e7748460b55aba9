import { beforeAll, describe, expect, test } from "vitest";
import { memoryState, plain, unprotect, type ProviderFactory, type RunResult } from "pulumi-embedded-engine";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { authorityPem, useExternalServices, useTeamPostgres } from "../helpers/external-services.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import { openTexts } from "../helpers/open-texts.ts";
import type { Any } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

const errorsOf = ({ diagnostics }: RunResult): string =>
  diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : [])).join("\n");
const objectsOf = (run: RunResult): Any[] =>
  run.steps.filter(({ type }) => /^kubernetes:(?!helm)/.test(type)).map(({ inputs }) => plain(inputs));
const named = (run: RunResult, kind: string, name: string): Any =>
  objectsOf(run).find((object) => object.kind === kind && object.metadata?.name === name);

const withEverything: Change = (values) => {
  useExternalServices(values);
  const { kubernetes } = values.settings;
  kubernetes.monitoring = {};
  kubernetes.scaling = { worker: { max: 3 } };
  kubernetes.postgres.authority = { from: "config", pem: authorityPem };
  kubernetes.redis.authority = { from: "config", pem: authorityPem };
  kubernetes.redis.disableClientCommand = true;
  values.secrets["migrationDatabaseUrl"] = "postgresql://owner:planted-owner@direct.example.com:5432/chatwoot";
};

describe("external services", () => {
  let run: RunResult;
  beforeAll(async () => {
    run = await stackEngine("prod", { providers: doubles, change: withEverything }).up(program);
    expect(errorsOf(run)).toBe("");
  });

  test("deploy no database, no Redis, no backup and no drill", () => {
    const kinds = objectsOf(run).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    expect(kinds.join("\n")).not.toMatch(
      /Cluster |Database |ObjectStore|ScheduledBackup|CronJob|StatefulSet|chatwoot-db|drill|NetworkPolicy chatwoot-(database|redis)$/m,
    );
    expect(kinds.filter((kind) => kind.startsWith("PersistentVolumeClaim"))).toEqual([
      "PersistentVolumeClaim chatwoot-storage",
    ]);
    const rules = JSON.stringify(named(run, "PrometheusRule", "chatwoot"));
    expect(rules).not.toMatch(/cnpg_|barman|chatwoot-db|RedisLogFailing/);
    expect(rules).toMatch(/ChatwootRedisMemory/);
  });

  test("are in Chatwoot's settings, with their authorities", () => {
    const { data, metadata } = named(run, "ConfigMap", "chatwoot-config");
    expect(metadata.annotations).toMatchObject({ "chatwoot.com/database-kind": "external" });
    expect(data).toMatchObject({
      POSTGRES_HOST: "chat.example.rds.amazonaws.com",
      POSTGRES_PORT: "5433",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/etc/chatwoot/database/ca.crt",
      REDIS_AUTHORITY_FILE: "/etc/chatwoot/redis/ca.crt",
      REDIS_DISABLE_CLIENT_COMMAND: "true",
    });
    expect(data).not.toHaveProperty("REDIS_URL");
    expect(named(run, "Secret", "chatwoot-secrets").stringData).toMatchObject({
      POSTGRES_PASSWORD: "planted-database",
      REDIS_URL: "rediss://:planted-redis@master.chat.abc123.euc1.cache.amazonaws.com:6379",
      REDIS_PASSWORD: "planted-redis",
    });
  });

  test("web, worker and the preparation mount the authorities and the initializer that uses them", () => {
    const job = objectsOf(run).find(({ kind }) => kind === "Job");
    for (const object of [named(run, "Deployment", "chatwoot-web"), named(run, "Deployment", "chatwoot-worker"), job]) {
      const [container] = object.spec.template.spec.containers;
      const paths = container.volumeMounts.map(({ mountPath }: Any) => mountPath);
      expect(paths).toEqual(
        expect.arrayContaining([
          "/etc/chatwoot/database",
          "/etc/chatwoot/redis",
          "/app/config/initializers/00_redis_authority.rb",
        ]),
      );
    }
    expect(job.spec.template.spec.containers[0].volumeMounts.map(({ mountPath }: Any) => mountPath)).not.toContain(
      "/app/storage",
    );
  });

  test("migrations use their own address, which web and worker do not get", () => {
    expect(named(run, "Secret", "chatwoot-bootstrap").stringData["DATABASE_URL"]).toBe(
      "postgresql://owner:planted-owner@direct.example.com:5432/chatwoot?sslmode=verify-full",
    );
    expect(JSON.stringify(named(run, "Secret", "chatwoot-secrets"))).not.toContain("planted-owner");
  });

  test("metrics and the autoscaler read the external Redis", () => {
    const exporter = named(run, "Deployment", "chatwoot-redis-exporter").spec.template.spec.containers[0];
    expect(exporter.env).toEqual(
      expect.arrayContaining([
        { name: "REDIS_ADDR", value: "rediss://master.chat.abc123.euc1.cache.amazonaws.com:6379" },
        {
          name: "REDIS_PASSWORD",
          valueFrom: { secretKeyRef: { name: "chatwoot-redis-login", key: "password" } },
        },
        { name: "REDIS_EXPORTER_TLS_CA_CERT_FILE", value: "/etc/chatwoot/redis/ca.crt" },
      ]),
    );
    const [trigger] = named(run, "ScaledObject", "chatwoot-worker").spec.triggers;
    expect(trigger.metadata).toMatchObject({
      address: "master.chat.abc123.euc1.cache.amazonaws.com:6379",
      enableTLS: "true",
    });
  });

  test("a volume of one node holds web and worker together, and no rollout or drain can wait for itself", () => {
    const label = { "chatwoot.com/shared-volume": "chatwoot-storage" };
    for (const tier of ["web", "worker"]) {
      const { strategy, template } = named(run, "Deployment", `chatwoot-${tier}`).spec;
      expect(strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
      expect(template.metadata.labels).toMatchObject(label);
      expect(template.spec).not.toHaveProperty("topologySpreadConstraints");
      expect(template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual([
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: label } },
      ]);
      expect(named(run, "PodDisruptionBudget", `chatwoot-${tier}`)).toBeUndefined();
    }
    expect(named(run, "PersistentVolumeClaim", "chatwoot-storage").spec.accessModes).toEqual(["ReadWriteOnce"]);
  });

  test("are in the outputs, whose secrets stay secret", () => {
    const outputs = plain(run.outputs);
    expect(outputs.databaseUrl).toBe(
      "postgresql://chatwoot:planted-database@chat.example.rds.amazonaws.com:5433/chatwoot?sslmode=verify-full",
    );
    expect(outputs.redisUrl).toContain("rediss://:planted-redis@");
    expect(openTexts(run.outputs).join()).not.toContain("planted-");
    const open = run.steps.flatMap(({ inputs, outputs: made }) => [...openTexts(inputs), ...openTexts(made ?? {})]);
    expect(open.filter((text) => text.includes("planted-"))).toEqual([]);
  });
});

test("without authorities, public ones verify, and a second up changes nothing", async () => {
  const change: Change = (values) => {
    useExternalServices(values);
    values.settings["kubernetes"].postgres.sslMode = "verify-full";
  };
  const options = { providers: doubles, change, state: memoryState() };
  const run = await stackEngine("prod", options).up(program);
  expect(errorsOf(run)).toBe("");
  expect(named(run, "ConfigMap", "chatwoot-config").data["PGSSLROOTCERT"]).toBe("system");
  const { changes } = await stackEngine("prod", options).up(program);
  expect(Object.keys(changes)).toEqual(["same"]);
});

/** A cluster with another team's Secret. */
const withSecret =
  (password: string): ProviderFactory =>
  (config, context) => ({
    ...clusterDouble(config, context),
    read: (id) =>
      Promise.resolve({
        id,
        outputs: { metadata: { name: id.split("/")[1] }, data: { password: Buffer.from(password).toString("base64") } },
      }),
  });

describe("another team's database", () => {
  test("is read by its Secret, and a rotation restarts the pods", async () => {
    const state = memoryState();
    const up = (password: string) =>
      stackEngine("prod", {
        providers: { ...doubles, kubernetes: withSecret(password) },
        change: useTeamPostgres,
        state,
      }).up(program);
    const first = await up("planted-first");
    expect(errorsOf(first)).toBe("");
    expect(plain(first.outputs).databaseUrl).toContain("app:planted-first@team-db-rw.databases.svc:5432");
    expect(named(first, "Secret", "chatwoot-database").data["password"]).toBe(
      Buffer.from("planted-first").toString("base64"),
    );
    const { resources } = await state.load();
    const open = resources.flatMap(({ inputs, outputs }) => [...openTexts(inputs ?? {}), ...openTexts(outputs ?? {})]);
    expect(open.filter((text) => /planted-|cGxhbnRlZ/.test(text))).toEqual([]);
    const second = await up("planted-second");
    const changed = second.steps.filter(({ op }) => op === "update").map(({ name }) => name);
    expect(changed).toEqual(expect.arrayContaining(["chatwoot-chart:chatwoot/chatwoot-web", "environment-secrets"]));
  });

  test("in the namespace is referred to, not copied", async () => {
    const change: Change = (values) => {
      useTeamPostgres(values);
      values.settings["kubernetes"].postgres.credentials = { from: "existing", name: "team-db-app" };
    };
    let values: Any;
    const kubernetes: ProviderFactory = (config, context) => {
      const double = withSecret("planted-first")(config, context);
      return {
        ...double,
        construct: (inputs, ...rest) => {
          ({ values } = plain(inputs));
          return double.construct!(inputs, ...rest);
        },
      };
    };
    const run = await stackEngine("prod", { providers: { ...doubles, kubernetes }, change }).up(program);
    expect(errorsOf(run)).toBe("");
    expect(named(run, "Secret", "chatwoot-database")).toBeUndefined();
    expect(values.postgresql.auth).toMatchObject({
      existingSecret: "team-db-app",
      secretKeys: { adminPasswordKey: "password" },
    });
  });
});

describe("changing the kind", () => {
  const deleted: string[] = [];
  const recording: ProviderFactory = (config, context) => ({
    ...clusterDouble(config, context),
    delete(_id, inputs) {
      deleted.push(`${inputs["kind"]} ${inputs["metadata"]?.name}`);
      return Promise.resolve();
    },
  });

  test("is refused while the data is protected, and deletes none of it without protection", async () => {
    const state = memoryState();
    const engine = (change: Change = () => {}) =>
      stackEngine("prod", { providers: { ...doubles, kubernetes: recording }, state, change });
    expect(errorsOf(await engine().up(program))).toBe("");
    const refused = await engine(useExternalServices).preview(program);
    expect(refused.ok).toBe(false);
    expect(errorsOf(refused)).toMatch(/postgres-cluster-chatwoot-db.*protected/);
    expect(deleted).toEqual([]);
    await unprotect(state, "prod", "all");
    expect(errorsOf(await engine(useExternalServices).up(program))).toBe("");
    expect(deleted).toContain("StatefulSet chatwoot-redis");
    for (const kept of ["Cluster chatwoot-db", "Secret chatwoot-db-app", "PersistentVolumeClaim chatwoot-redis"])
      expect(deleted).not.toContain(kept);
    // What the new configuration uses must not go with the old one.
    for (const used of ["Secret chatwoot-redis-login", "Secret chatwoot-secrets", "ConfigMap chatwoot-config"])
      expect(deleted).not.toContain(used);
  });
});
