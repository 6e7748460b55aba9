import { expect, test } from "vitest";
import {
  memoryState,
  plain,
  type Checkpoint,
  type Props,
  type ProviderFactory,
  type ResourceState,
  type RunResult,
  type StateStore,
} from "pulumi-embedded-engine";
import { deployToKubernetes } from "../../stacks/kubernetes.ts";
import { loadConfig, type KubernetesStackConfig } from "../../stacks/load.ts";
import { doubles, renamingCluster } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

/** A cluster that deletes by name, as the provider does, and in which preparations can fail. */
function world() {
  const state = memoryState();
  const objects = new Set<string>();
  const removals: (readonly string[])[] = [];
  let fails = false;
  const name = (inputs: Props): string => plain(inputs)["metadata"]?.name;
  const kubernetes: ProviderFactory = (...args) => {
    const cluster = renamingCluster(...args);
    return {
      ...cluster,
      create(inputs, context) {
        if (fails && context.name === "preparation-job") return Promise.reject(new Error("the preparation failed"));
        if (!context.preview) objects.add(name(inputs));
        return cluster.create(inputs, context);
      },
      delete(_id, inputs) {
        objects.delete(name(inputs));
        return Promise.resolve();
      },
    };
  };
  const asked = () =>
    deployToKubernetes(loadConfig() as KubernetesStackConfig, {
      present: {},
      removeOldCopies(inUse) {
        removals.push(inUse);
        return Promise.resolve([]);
      },
    });
  const run = (change: Change = () => undefined): Promise<RunResult> =>
    stackEngine("prod", { providers: { ...doubles, kubernetes }, state, change }).up(asked);
  const failing = async (change: Change): Promise<RunResult> => {
    fails = true;
    return run(change).finally(() => (fails = false));
  };
  return { run, failing, objects, removals, state };
}

const inputsOf = ({ steps }: RunResult, name: string): Any =>
  plain(steps.find((step) => step.name.endsWith(name))?.inputs ?? {});
const sourcesIn = (run: RunResult, name: string): Any[] => inputsOf(run, name).spec.template.spec.containers[0].envFrom;
const copyResources = ["environment-settings-copy", "environment-secrets-copy", "initializers-files"];
const readBy = (run: RunResult, before: string[] = []): string[] =>
  copyResources.map((name, index) => inputsOf(run, name).metadata?.name ?? before[index]);
const flag: Change = ({ settings }) => (settings["environment"] = { ...settings["environment"], LOG_LEVEL: "warn" });
const key: Change = ({ secrets }) =>
  (secrets["environmentSecrets"] = '{"SENTRY_DSN":"https://planted@sentry.example.com/1"}');

test("web and worker read immutable copies, named by their content; the preparation reads the record", async () => {
  const { run, objects, removals } = world();
  const first = await run();
  expect(first.ok).toBe(true);
  const [settings, secrets] = readBy(first);
  expect(settings).toMatch(/^chatwoot-config-[0-9a-f]{8}$/);
  expect(secrets).toMatch(/^chatwoot-secrets-[0-9a-f]{10}$/);
  for (const of of ["settings", "secrets"]) {
    const copy = inputsOf(first, `environment-${of}-copy`);
    expect(copy.immutable).toBe(true);
    expect([copy.data, copy.stringData]).toEqual([
      inputsOf(first, `environment-${of}`).data,
      inputsOf(first, `environment-${of}`).stringData,
    ]);
  }
  const own = [{ configMapRef: { name: settings } }, { secretRef: { name: secrets } }];
  for (const tier of ["web", "worker"])
    expect(sourcesIn(first, `chatwoot-${tier}`)).toEqual([{ secretRef: { name: "chatwoot-env" } }, ...own]);
  expect(
    sourcesIn(first, "preparation-job").map(({ configMapRef, secretRef }) => (configMapRef ?? secretRef).name),
  ).toEqual(["chatwoot-config", "chatwoot-secrets", "chatwoot-bootstrap"]);
  expect([...objects]).toEqual(expect.arrayContaining(["chatwoot-config", "chatwoot-secrets"]));
  expect(removals).toEqual([readBy(first)]);
});

test.each<[string, Change, number]>([
  ["a setting", flag, 0],
  ["a secret", key, 1],
])("%s changes the name of its own copy only", async (_what, change, index) => {
  const { run } = world();
  const before = readBy(await run());
  const after = readBy(await run(change), before);
  expect(after[index]).not.toBe(before[index]);
  expect(after[1 - index]).toBe(before[1 - index]);
});

test("a first preview does not know the name, and shows web and worker", async () => {
  const { ok, steps } = await stackEngine("prod", { providers: doubles }).preview(program);
  const names = steps.map(({ name }) => name);
  expect(ok).toBe(true);
  for (const tier of ["web", "worker"]) expect(names).toContain(`chatwoot-chart:chatwoot/chatwoot-${tier}`);
});

test.each([
  [false, true],
  [true, undefined],
])("force is off only while adopting: %s", async (adopts, expected) => {
  const asked = () => deployToKubernetes(loadConfig() as KubernetesStackConfig, { present: {}, adopts });
  const run = await stackEngine("prod", { providers: doubles }).preview(asked);
  expect([run.ok, inputsOf(run, "kubernetes")["enablePatchForce"]]).toEqual([true, expected && "true"]);
});

const changes: [string, Change][] = [
  ["a setting", flag],
  ["a secret", key],
  ["an initializer", ({ settings }) => (settings["kubernetes"].ingress.trustedHops = 2)],
];

/** The copies that a run left behind, as they are in the state of one whose preparation failed. */
async function pending(state: StateStore, before: Checkpoint): Promise<void> {
  const after = await state.load();
  const isCopy = ({ urn }: { urn: string }) => /(-copy|initializers-files)$/.test(urn);
  const isWorkload = ({ urn }: { urn: string }) => urn.includes("chatwoot-chart:");
  const nameOf = ({ inputs }: Pick<ResourceState, "inputs">): string => (inputs as Any)["metadata"]?.name;
  const written = new Set(after.resources.map(nameOf));
  const left = before.resources.filter((resource) => isCopy(resource) && !written.has(nameOf(resource)));
  expect(left.length).toBeGreaterThan(0);
  const resources = [
    ...after.resources.map((now) => (isWorkload(now) ? before.resources.find(({ urn }) => urn === now.urn)! : now)),
    ...left.map((resource) => ({ ...resource, delete: true })),
  ];
  await state.save(() => ({ ...after, resources }));
}

test.each(changes)(
  "%s of a failed preparation that is taken back: pods read what they read before",
  async (_, change) => {
    const { run, objects, removals, state } = world();
    const first = await run();
    const read = readBy(first);
    const before = await state.load();
    const changed = await run(change);
    await pending(state, before);
    const back = await run();
    expect([changed.ok, back.ok]).toEqual([true, true]);
    expect(back.steps.filter(({ op, name }) => op !== "same" && name.includes("chart:"))).toEqual([]);
    expect([...objects]).toEqual(expect.arrayContaining(read));
    expect(removals).toEqual([read, readBy(changed, read), read]);
  },
);

test("a failed preparation deletes nothing that pods read", async () => {
  const { run, failing, objects, removals } = world();
  const read = readBy(await run());
  const failed = await failing((values) => {
    for (const [, change] of changes) change(values);
    values.settings["image"] = "chatwoot/chatwoot:v4.17.1";
  });
  expect(failed.ok).toBe(false);
  expect(failed.steps.map(({ name }) => name)).toContain("environment-secrets-copy");
  expect(failed.steps.map(({ name }) => name).filter((name) => name.includes("chart:"))).toEqual([]);
  expect([...objects]).toEqual(expect.arrayContaining(read));
  expect(removals).toEqual([read]);
});
