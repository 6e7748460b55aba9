import { beforeAll, beforeEach, expect, test } from "vitest";
import {
  memoryState,
  plain,
  type Checkpoint,
  type Props,
  type RunResult,
  type StateStore,
} from "pulumi-embedded-engine";
import { withDestroyGuard } from "../../components/chatwoot/destroy-guard.ts";
import type { Ask } from "../../components/kubernetes/preflight/api.ts";
import { refuseLostObjects } from "../../components/kubernetes/preflight/lost-objects.ts";
import { deployToKubernetes } from "../../stacks/kubernetes.ts";
import { loadConfig, type KubernetesStackConfig } from "../../stacks/load.ts";
import { doubles } from "../helpers/doubles.ts";
import { stackEngine, type StackOptions } from "../helpers/in-process.ts";

/* What the state has and the cluster lacks, as after the deletion of objects or of the namespace. */

type Change = NonNullable<StackOptions["change"]>;
let state: StateStore;
/** Objects in the cluster, as `apiVersion/Kind name`. */
let inCluster: Set<string>;
let paths: string[];
let deployed: Checkpoint;

const pluralOf = (kind: string): string => `${kind.toLowerCase().replace(/y$/, "ie").replace(/s$/, "se")}s`;

/** The API server of this cluster. */
const ask: Ask = ({ path, metadataOnly }) => {
  paths.push(path);
  const answer = (status: number, body: object = {}) => Promise.resolve({ status, body });
  const all = [...inCluster].map((each) => /^(.+)\/(\w+) (.+)$/.exec(each)!.slice(1) as [string, string, string]);
  if (path === "/api/v1/namespaces/chatwoot") return answer(inCluster.has("v1/Namespace chatwoot") ? 200 : 404);
  const [, version, plural] = /^\/apis?\/(.+?)(?:\/namespaces\/chatwoot\/(\w+))?$/.exec(path)!;
  const served = all.filter(([of]) => of === version);
  if (plural === undefined) {
    const kinds = served.map(([, kind]) => ({ name: pluralOf(kind), kind }));
    return answer(200, { resources: [...kinds, { name: "clusters", kind: "Cluster" }] });
  }
  expect(metadataOnly).toBe(true);
  const items = served.filter(([, kind]) => pluralOf(kind) === plural);
  const metadata = items.map(([, , name]) => ({ metadata: { name } }));
  return answer(200, { kind: "PartialObjectMetadataList", items: metadata.length === 0 ? null : metadata });
};

/** A cluster whose lists all fail. */
const unasked: Ask = () => Promise.reject(new Error("not asked"));

/** The program over this cluster. */
const over =
  (asked = ask, env: NodeJS.ProcessEnv = {}) =>
  () =>
    withDestroyGuard("destroy-guard", async () => {
      const config = loadConfig() as KubernetesStackConfig;
      return {
        outputs: await deployToKubernetes(config),
        check: (resources) => refuseLostObjects(asked, config.settings, resources, env),
      };
    });
const engine = (change: Change = () => undefined) => stackEngine("prod", { providers: doubles, state, change });
const text = ({ diagnostics }: RunResult): string => diagnostics.map(({ message }) => message).join("\n");

const objectsIn = async (): Promise<string[]> =>
  (await state.load()).resources.flatMap(({ type, inputs }) => {
    const { apiVersion, kind, metadata } = plain(inputs ?? {}) as Props;
    return type.startsWith("kubernetes:") && kind ? [`${apiVersion}/${kind} ${metadata.name}`] : [];
  });

/** As `pulumi refresh`: the state forgets what the cluster lacks. */
async function refresh(): Promise<void> {
  const { resources, ...rest } = await state.load();
  const objects = new Map(resources.map((one) => [one, nameOf(one.inputs)] as const));
  const kept = resources.filter((one) => objects.get(one) === undefined || inCluster.has(objects.get(one)!));
  const urns = new Set(kept.map(({ urn }) => urn));
  const known = <T extends string>(list: readonly T[] | undefined) => list?.filter((urn) => urns.has(urn));
  await state.save(() => ({
    ...rest,
    resources: kept.map((one) => ({ ...one, dependencies: known(one.dependencies) ?? [], propertyDependencies: {} })),
  }));
}
function nameOf(inputs: Props | undefined): string | undefined {
  const { apiVersion, kind, metadata } = plain(inputs ?? {}) as Props;
  return kind && `${apiVersion}/${kind} ${metadata?.name}`;
}

const data = [
  ["v1/Namespace chatwoot", "Namespace chatwoot"],
  ["postgresql.cnpg.io/v1/Cluster chatwoot-db", "Cluster chatwoot-db"],
  ["v1/PersistentVolumeClaim chatwoot-redis", "PersistentVolumeClaim chatwoot-redis"],
  ["v1/PersistentVolumeClaim chatwoot-storage", "PersistentVolumeClaim chatwoot-storage"],
] as const;

beforeAll(async () => {
  const first = memoryState();
  const run = await stackEngine("prod", { providers: doubles, state: first }).up(over(unasked));
  expect(run.ok, text(run)).toBe(true);
  deployed = await first.load();
});
beforeEach(async () => {
  state = memoryState();
  await state.save(() => deployed);
  inCluster = new Set(await objectsIn());
  for (const [object] of data) expect(inCluster).toContain(object);
  paths = [];
});

test("a preview over a complete cluster is silent, with one list per kind", async () => {
  const run = await engine().preview(over());
  expect(run.ok, text(run)).toBe(true);
  expect(text(run)).not.toMatch(/lacks|cannot check/);
  expect(Object.keys(run.changes)).toEqual(["same"]);
  const lists = paths.filter((path) => /\/namespaces\/.+\//.test(path));
  expect(lists.length).toBeGreaterThan(10);
  expect(lists).toEqual([...new Set(lists)]);
});

test("a preview of a first deployment asks nothing, also after one that failed", async () => {
  const { resources, ...rest } = await state.load();
  await state.save(() => ({ ...rest, resources: resources.filter(({ urn }) => !urn.endsWith("::destroy-guard")) }));
  inCluster = new Set();
  expect((await engine().preview(over())).ok).toBe(true);
  expect(paths).toEqual([]);
});

test("objects without data are named, with the command that creates them", async () => {
  for (const object of ["v1/Secret chatwoot-secrets", "networking.k8s.io/v1/NetworkPolicy chatwoot-redis"])
    expect(inCluster.delete(object), object).toBe(true);
  const run = await engine().preview(over());
  expect(run.ok).toBe(true);
  expect(text(run)).toMatch(/this stack's state has objects that chatwoot lacks: (NetworkPolicy|Secret) chatwoot-/);
  for (const name of ["Secret chatwoot-secrets", "NetworkPolicy chatwoot-redis", "`pulumi up --refresh --stack prod`"])
    expect(text(run)).toContain(name);
});

test("a kind that cannot be listed is named, and nothing is claimed of it", async () => {
  const denied: Ask = (question) =>
    question.path.endsWith("/secrets") ? Promise.resolve({ status: 403, body: {} }) : ask(question);
  const run = await engine().preview(over(denied));
  expect(run.ok).toBe(true);
  expect(text(run)).toContain("cannot check that Secret exist in chatwoot");
  expect(text(run)).not.toContain("lacks");
});

test("what an operator confirms, or restores, may be created", async () => {
  inCluster = new Set();
  await refresh();
  const names = "chatwoot,chatwoot-db,chatwoot-redis,chatwoot-storage";
  expect((await engine().preview(over(ask, { CHATWOOT_CREATE_EMPTY: names }))).ok).toBe(true);
  const recovery: Change = ({ settings }) => {
    settings["kubernetes"].postgres.name = "chatwoot-db-2";
    settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db" };
  };
  expect((await engine(recovery).preview(over())).ok).toBe(true);
});

/* Runs that fail are last: after them, the SDK delivers no messages of this process. */

test.each(data)("without %s, a preview is refused before and after a refresh", async (object, named) => {
  inCluster.delete(object);
  for (const step of ["held", "refreshed"]) {
    if (step === "refreshed") await refresh();
    const run = await engine().preview(over());
    expect(run.ok, step).toBe(false);
    expect(text(run), step).toContain(`lacks ${named}, and this stack has been deployed`);
    const command = `CHATWOOT_CREATE_EMPTY=${named.split(" ")[1]} pulumi up --refresh --stack prod`;
    expect(text(run), step).toContain(command);
    expect(text(run), step).toContain("Nothing was changed");
  }
  const others = data.map(([, one]) => one.split(" ")[1]).filter((name) => name !== named.split(" ")[1]);
  const wrong = await engine().preview(over(ask, { CHATWOOT_CREATE_EMPTY: others.join(",") }));
  expect(wrong.ok).toBe(false);
});

test("a deployment without a preview is not green over a missing database", async () => {
  inCluster.delete("postgresql.cnpg.io/v1/Cluster chatwoot-db");
  const run = await engine().up(over());
  expect(run.ok).toBe(false);
  expect(Object.keys(run.changes)).toEqual(["same"]);
  expect(text(run)).toContain("lacks Cluster chatwoot-db, and this stack has been deployed");
});

test("a deployment that fails ends, and lists nothing", async () => {
  const failing: typeof doubles.kubernetes = (...args) => ({
    ...doubles.kubernetes(...args),
    update: () => Promise.reject(new Error("planted failure")),
  });
  const change: Change = ({ settings }) => (settings["url"] = "https://other.example.com");
  const run = await stackEngine("prod", { providers: { ...doubles, kubernetes: failing }, state, change }).up(over());
  expect(run.ok).toBe(false);
  expect(text(run)).toContain("planted failure");
  expect(paths).toEqual([]);
});
