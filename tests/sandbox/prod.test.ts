import { copyFileSync, renameSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectNames as names } from "../../components/kubernetes/names.ts";
import type { KubeObject } from "kubernetes-sandbox/client";
import { isContainerStart, openKube, type Kube } from "./cluster.ts";
import type { RunCommand } from "../../sandbox/cli/run-stack.ts";
import { openSandbox, type Overlay } from "./support.ts";
import { until } from "./until.ts";

const sandbox = openSandbox({ sharedCluster: true });
const newImage = "chatwoot/chatwoot:v4.17.0";
let kube: Kube;
/** Changes accumulate from test to test, as in an environment's life. */
let standing: Overlay = {};

const run = (command: RunCommand, overlay = standing, exit = 0) => sandbox.runHere(command, "prod", { overlay, exit });
/** By the command line, for runs that fail. */
const runByCommand = (command: RunCommand, overlay = standing, exit = 0) =>
  sandbox.run([command, "--stack", "prod"], { overlay, exit });

beforeAll(async () => {
  await run("up");
  kube = await openKube(sandbox);
});
afterAll(async () => {
  kube?.close();
  await sandbox.dispose();
});

const chart = `chatwoot-chart:${sandbox.namespace}/${names.release}`;
const workloads = [`${names.release}-web`, `${names.release}-worker`, names.proxy];
const imagesOf = async () => {
  const deployments = await Promise.all(workloads.slice(0, 2).map((name) => kube.get("Deployment", name)));
  return deployments.map(({ spec, status }) => ({
    image: spec.template.spec.containers[0].image as string,
    wanted: spec.replicas as number,
    available: status.availableReplicas as number,
    updated: status.updatedReplicas as number,
  }));
};

/** The image and the successes of each preparation in the cluster. */
const preparations = async () =>
  (await kube.list("Job")).map(({ spec, status }) => [spec.template.spec.containers[0].image, status.succeeded]);

/** The first or the last position of an event in the journal. */
function timeline(from = 0) {
  const lines = kube.journal().slice(from);
  const startOf = (owner: RegExp) => (line: (typeof lines)[number]) =>
    isContainerStart(line) && owner.test(line.owner.name) && !line.init;
  const finished = (line: (typeof lines)[number]) => line.event === "finish" && /prepare/.test(line.name);
  return {
    databaseReady: lines.findIndex(({ event, kind }) => event === "ready" && kind === "Cluster"),
    databaseApplied: lines.findIndex(({ event, kind }) => event === "applied" && kind === "Database"),
    redisReady: lines.findIndex(
      ({ event, kind, name }) => event === "ready" && kind === "Pod" && name.startsWith(names.redis),
    ),
    prepareStart: lines.findIndex(startOf(/prepare/)),
    prepareEnd: lines.findIndex(finished),
    firstWorkload: lines.findIndex(startOf(/^chatwoot-(web|worker)/)),
    lastWorkloadReady: lines.findLastIndex(
      ({ event, kind, name }) => event === "ready" && kind === "Pod" && /^chatwoot-(web|worker)/.test(name),
    ),
    firstProxy: lines.findIndex(startOf(/oauth2-proxy/)),
  };
}

describe("the first deployment", () => {
  test("creates database and Redis before the preparation, then web and worker, then single sign-on", () => {
    const at = timeline();
    expect(Object.values(at).filter((index) => index < 0)).toEqual([]);
    for (const before of [at.databaseReady, at.databaseApplied, at.redisReady])
      expect(before).toBeLessThan(at.prepareStart);
    expect(at.prepareStart).toBeLessThan(at.prepareEnd);
    expect(at.prepareEnd).toBeLessThan(at.firstWorkload);
    expect(at.lastWorkloadReady).toBeLessThan(at.firstProxy);
  });

  test("gives the same environment to the preparation, web and worker", async () => {
    const starts = kube.journal().filter(isContainerStart);
    const [prepare, web, worker] = [/prepare/, /^chatwoot-web/, /^chatwoot-worker/].map(
      (owner) => starts.find((start) => owner.test(start.owner.name))!.environment,
    );
    const secrets = decoded(await kube.get("Secret", names.secrets));
    const expected = { ...(await kube.get("ConfigMap", names.settings)).data, ...secrets } as Record<string, string>;
    for (const environment of [prepare, web, worker]) {
      expect(environment).toMatchObject(expected);
      expect(
        Object.keys(environment!).filter((name) => /^SMTP_(USERNAME|PASSWORD|AUTHENTICATION)$/.test(name)),
      ).toEqual([]);
      expect(JSON.stringify(environment)).not.toMatch(/replace_with|\$\(/);
    }
    expect(expected).toMatchObject({
      SECRET_KEY_BASE: expect.stringMatching(/^[0-9a-f]{128}$/),
      REDIS_URL: `redis://${names.redis}.${sandbox.namespace}.svc:6379`,
      REDIS_PASSWORD: decoded(await kube.get("Secret", names.redis))["password"],
      POSTGRES_PASSWORD: decoded(await kube.get("Secret", names.databaseCredentials))["password"],
      POSTGRES_USERNAME: expect.any(String),
      POSTGRES_HOST: expect.stringMatching(new RegExp(`^${names.database}-rw`)),
      FRONTEND_URL: "https://chat.newjoy.ro",
      SMTP_ADDRESS: "stalwart.stalwart-mail.svc.cluster.local",
    });
  });
});

describe("a single change", () => {
  /** Overlays the current configuration; the preview must match the run. */
  async function change(overlay: Overlay): Promise<string[]> {
    standing = {
      config: { ...standing.config, ...overlay.config },
      secrets: { ...standing.secrets, ...overlay.secrets },
    };
    const planned = (await run("preview")).changes;
    const { changes } = await run("up");
    expect([...changes].sort()).toEqual([...planned].sort());
    return planned;
  }

  test("a new image: the preparation, then web and worker, and the restore drill that uses it too", async () => {
    const from = kube.journal().length;
    const planned = await change({ config: { "chatwoot:image": newImage } });
    expect(planned.sort()).toEqual([
      "replace preparation-job",
      "replace preparation-script",
      `update ${chart}-web`,
      `update ${chart}-worker`,
      "update postgres-drill-cronjob",
    ]);
    const at = timeline(from);
    expect(at.prepareStart).toBeGreaterThanOrEqual(0);
    expect(at.prepareEnd).toBeLessThan(at.firstWorkload);
    expect(at.firstProxy).toBe(-1);
    for (const each of await imagesOf()) expect(each).toMatchObject({ image: newImage, updated: each.wanted });
    // Nothing of the old preparation is left.
    expect(await kube.list("Job")).toHaveLength(1);
    expect((await run("up")).changes).toEqual([]);
  });

  test("a count: only that Deployment", async () => {
    expect(await change({ config: { "chatwoot:web": { count: 3 } } })).toEqual([`update ${chart}-web`]);
    expect((await imagesOf()).map(({ available }) => available)).toEqual([3, 2]);
  });

  test("a secret of single sign-on: its Secret and the proxy", async () => {
    const from = kube.journal().length;
    const planned = await change({ secrets: { "chatwoot:oidcClientSecret": "another-oidc-client-secret" } });
    expect(planned.sort()).toEqual(["update sso-proxy", "update sso-secret"]);
    const owners = kube
      .journal()
      .slice(from)
      .filter(isContainerStart)
      .map(({ owner }) => owner.name);
    expect(owners.length).toBeGreaterThan(0);
    for (const owner of owners) expect(owner).toMatch(/^oauth2-proxy/);
  });

  test("a secret of the backups: only its Secret", async () => {
    const planned = await change({ secrets: { "chatwoot:backupSecretAccessKey": "another-backup-secret" } });
    expect(planned).toEqual(["update postgres-backup-credentials"]);
  });

  test("the address: the objects that contain it, and no new preparation", async () => {
    const planned = await change({ config: { "chatwoot:url": "https://support.example.com" } });
    expect(planned.sort()).toEqual([
      "replace environment-settings-copy",
      `update ${chart}-web`,
      `update ${chart}-worker`,
      "update edge-ingress",
      "update environment-settings",
      "update sso-proxy",
    ]);
    expect(
      (await kube.list("Ingress")).flatMap(({ spec }) => spec.rules.map(({ host }: { host: string }) => host)),
    ).toEqual(expect.arrayContaining(["support.example.com"]));
    const web = kube
      .journal()
      .filter(isContainerStart)
      .findLast(({ owner }) => owner.name.startsWith("chatwoot-web"));
    expect(web!.environment["FRONTEND_URL"]).toBe("https://support.example.com");
  });
});

test("keeps the old workloads serving when the preparation fails, and continues when it succeeds", async () => {
  const old = await imagesOf();
  const image = "chatwoot/chatwoot:v4.18.0";
  const changed = { "chatwoot:image": image, "chatwoot:environment": { LOG_LEVEL: "warn" } };
  const next = { ...standing, config: { ...standing.config, ...changed } };
  await kube.setFaults({ failJobs: ["prepare"] });
  const from = kube.journal().length;
  const { output } = await runByCommand("up", next, 1);
  expect(output).toContain("preparation-job");
  expect(await imagesOf()).toEqual(old);
  for (const { wanted, available } of old) expect(available).toBe(wanted);
  expect(timeline(from).firstWorkload).toBe(-1);
  // A pod that restarts now reads what its release was started with, not the new settings.
  expect((await kube.get("ConfigMap", names.settings)).data["LOG_LEVEL"]).toBe("warn");
  const web = (await kube.list("Pod")).find(({ metadata }) => metadata.name.startsWith("chatwoot-web"))!;
  await kube.remove("Pod", web.metadata.name);
  const successor = () =>
    kube
      .journal()
      .slice(from)
      .filter(isContainerStart)
      .find(({ owner }) => owner.name.startsWith("chatwoot-web"));
  await expect.poll(successor, { timeout: 60_000 }).toBeDefined();
  expect(successor()!.environment["LOG_LEVEL"]).not.toBe("warn");

  // Taken back: the earlier preparation runs again, because the failed one may have begun to migrate.
  await kube.setFaults({});
  const reverted = kube.journal().length;
  await run("up");
  expect(timeline(reverted).prepareEnd).toBeGreaterThanOrEqual(0);
  expect(await preparations()).toEqual([[newImage, 1]]);
  expect(await imagesOf()).toEqual(old);
  expect((await run("up")).changes).toEqual([]);

  standing = next;
  await run("up");
  const copies = (await kube.list("ConfigMap")).filter(({ metadata }) => /^chatwoot-config-/.test(metadata.name));
  expect(copies).toHaveLength(2);
  for (const each of await imagesOf()) expect(each).toMatchObject({ image, available: each.wanted });
  expect(await preparations()).toEqual([[image, 1]]);
  expect((await run("up")).changes).toEqual([]);
});

test("an older state, restored, converges in one deployment, without a Job that it does not know", async () => {
  const state = sandbox.folders.state("prod");
  copyFileSync(state, `${state}.older`);
  standing = { ...standing, config: { ...standing.config, "chatwoot:rotation": { apiToken: 1 } } };
  await run("up");
  const [unknown] = await kube.list("Job");
  renameSync(`${state}.older`, state);
  await run("up");
  // Another token is another Job; the API server's garbage collector deletes the unknown one with its owner.
  await until("one Job", async () => (await kube.list("Job")).length === 1);
  const [job] = await kube.list("Job");
  expect(job!.metadata.name).not.toBe(unknown!.metadata.name);
  expect(job!.status.succeeded).toBe(1);
  expect((await run("up")).changes).toEqual([]);
});

test("writes nothing with an invalid configuration, and lists every problem", async () => {
  const [versions, writes] = [await kube.versions(), kube.writes()];
  const config = { ...standing.config, "chatwoot:url": "http://x/y", "chatwoot:worker": { count: 0 } };
  const { output, changes } = await runByCommand("up", { ...standing, config }, 1);
  for (const key of ["url", "worker.count"]) expect(output).toMatch(new RegExp(`^ +chatwoot:${key}: .+\\.$`, "m"));
  expect(changes).toEqual([]);
  expect(await kube.versions()).toEqual(versions);
  expect(kube.writes()).toEqual(writes);
});

test("changes nothing in the cluster when the state is lost, because Chatwoot uses other keys", async () => {
  const [versions, state] = [await kube.versions(), sandbox.folders.state("prod")];
  renameSync(state, `${state}.kept`);
  try {
    const { output } = await runByCommand("up", standing, 1);
    expect(output).toContain(
      `Secret ${sandbox.namespace}/${names.secrets}: has SECRET_KEY_BASE, ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY`,
    );
    expect(output).toContain("npm run ops -- adopt --stack prod");
    expect(output).not.toMatch(/unhandled| {4}at /);
    // The preview knows what is in the state.
    expect((await run("preview", standing, 1)).output).toContain("SECRET_KEY_BASE");
    const { SECRET_KEY_BASE } = decoded(await kube.get("Secret", names.secrets));
    const kept = { "chatwoot:keptSecrets": JSON.stringify({ SECRET_KEY_BASE }) };
    const { output: still } = await run("up", { ...standing, secrets: { ...standing.secrets, ...kept } }, 1);
    expect(still).toContain(`Secret ${sandbox.namespace}/${names.secrets}: has ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY`);
    expect(await kube.versions()).toEqual(versions);
  } finally {
    renameSync(`${state}.kept`, state);
  }
  expect((await run("up")).changes).toEqual([]);
});

test("names what the cluster lacks, and refuses to go on without the data", async () => {
  const [deployment, ingress] = [`${names.release}-web`, (await kube.list("Ingress"))[0]!.metadata.name];
  await kube.remove("Deployment", deployment);
  await kube.remove("Ingress", ingress);
  const { output, changes } = await run("preview");
  expect(changes).toEqual([]);
  for (const object of [`Deployment ${deployment}`, `Ingress ${ingress}`]) expect(output).toContain(object);
  expect(output).toContain("`pulumi up --refresh --stack prod`");

  await kube.remove("Cluster", names.database);
  const refused = await run("up", standing, 1);
  expect(refused.output).toContain(`lacks Cluster ${names.database}, and this stack has been deployed`);
  expect(refused.changes).toEqual([]);
});

describe("destroy", () => {
  test("is rejected by its guard, and changes nothing", async () => {
    const before = await kube.versions();
    const { output } = await run("destroy", standing, 1);
    expect(output).toContain("destroy-guard cannot be deleted because it is protected");
    expect(await kube.versions()).toEqual(before);
  });

  test("leaves nothing once the protection is removed", async () => {
    await sandbox.runHere("destroy", "prod", { overlay: standing, unprotect: true });
    expect(await kube.versions()).toEqual({});
    const everything = Object.keys(await kube.versions(undefined));
    const left = everything.filter((key) => key.split(" ").includes(sandbox.namespace));
    expect(left).toEqual([]);
    expect(sandbox.state("prod").deployment.resources ?? []).toEqual([]);
  });
});

function decoded({ data }: KubeObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries((data ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, "base64").toString(),
    ]),
  );
}
