import { describe, expect, test } from "vitest";
import { memoryState, plain, type RunResult, type StateStore } from "pulumi-embedded-engine";
import { loadConfig } from "../../stacks/load.ts";
import { deployToKubernetes } from "../../stacks/kubernetes.ts";
import { clusterDouble, doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

/** Every workload that the stack can have. */
const everything: Change = ({ settings, secrets }) => {
  settings["support"] = { webhookUrl: "https://app.example.com/hook", schedules: { runner: "stack" } };
  settings["kubernetes"].monitoring = {};
  secrets["factsDatabaseUrl"] = "postgresql://facts:planted-facts@db.example.com:6432/facts";
};

const placed = {
  nodeSelector: { pool: "support" },
  tolerations: [{ key: "dedicated", value: "support", effect: "NoSchedule" }],
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] } },
  priorityClassName: "business",
  imagePullSecrets: ["ghcr"],
  labels: { team: "support" },
  annotations: { "sidecar.istio.io/inject": "false" },
  resources: { limits: { cpu: 2, "ephemeral-storage": "1Gi" } },
};
const onPod = {
  nodeSelector: placed.nodeSelector,
  tolerations: placed.tolerations,
  affinity: placed.affinity,
  priorityClassName: "business",
  imagePullSecrets: [{ name: "ghcr" }],
};
const limits = { cpu: "2", "ephemeral-storage": "1Gi" };

async function up(change: Change, state: StateStore = memoryState()): Promise<RunResult> {
  const run = await stackEngine("prod", { change, providers: doubles, state }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return run;
}

const objectsOf = ({ steps }: RunResult): Any[] =>
  steps.flatMap(({ custom, inputs, type }) => (custom && type.startsWith("kubernetes:") ? [plain(inputs)] : []));

const templatesOf = (run: RunResult): [string, Any][] =>
  objectsOf(run).flatMap(({ kind, metadata, spec }): [string, Any][] => {
    const template = spec?.jobTemplate?.spec.template ?? spec?.template;
    return template?.spec?.containers === undefined ? [] : [[`${kind} ${metadata.name}`, template]];
  });

describe("kubernetes.pods", () => {
  test("applies to the pods of every workload", async () => {
    const run = await up((values) => {
      everything(values);
      values.settings["kubernetes"].pods = placed;
    });
    const templates = templatesOf(run);
    expect(templates.map(([name]) => name.replace(/-[0-9a-f]{8}$/, "-HASH")).sort()).toEqual([
      "CronJob chatwoot-pipeline-check",
      "CronJob chatwoot-pipeline-report",
      "CronJob chatwoot-restore-drill",
      "Deployment chatwoot-redis-exporter",
      "Deployment chatwoot-web",
      "Deployment chatwoot-worker",
      "Deployment oauth2-proxy-chatwoot",
      "Job chatwoot-prepare-HASH",
      "StatefulSet chatwoot-redis",
    ]);
    for (const [name, { metadata, spec }] of templates) {
      expect(spec, name).toMatchObject(onPod);
      expect(metadata, name).toMatchObject({ labels: placed.labels, annotations: placed.annotations });
      for (const container of [...(spec.initContainers ?? []), ...spec.containers])
        expect(container.resources?.limits, `${name} ${container.name}`).toMatchObject(limits);
    }
    const found = (kind: string): Any => objectsOf(run).find((object) => object.kind === kind);
    const database = {
      priorityClassName: "business",
      imagePullSecrets: [{ name: "ghcr" }],
      inheritedMetadata: { labels: placed.labels, annotations: placed.annotations },
      affinity: {
        nodeSelector: placed.nodeSelector,
        tolerations: placed.tolerations,
        additionalPodAffinity: placed.affinity.podAffinity,
        podAntiAffinityType: "required",
      },
      resources: { limits },
    };
    expect(found("Cluster").spec).toMatchObject(database);
    const { spec: drill } = JSON.parse(
      objectsOf(run).find(({ metadata, kind }) => kind === "ConfigMap" && metadata.name === "chatwoot-restore-drill")
        .data["cluster.json"],
    ) as { spec: object };
    expect(drill).toMatchObject({ ...database, affinity: { ...database.affinity, podAntiAffinityType: "preferred" } });
    expect(found("ObjectStore").spec.instanceSidecarConfiguration.resources.limits).toMatchObject(limits);
  });
});

describe("a namespace that exists", () => {
  const existing: Change = ({ settings }) => (settings["kubernetes"].createNamespace = false);
  const kubernetes: typeof clusterDouble = (...args) => ({
    ...clusterDouble(...args),
    create: (inputs) => Promise.resolve({ id: String(inputs["metadata"]?.name), outputs: inputs }),
    read: (id) => Promise.resolve({ id, outputs: { metadata: { name: id } } }),
    delete: (id) => Promise.reject(new Error(`deletes ${id}`)),
  });
  const engine = (change: Change, state: StateStore) =>
    stackEngine("prod", { change, providers: { ...doubles, kubernetes }, state });
  const changesOf = ({ steps }: RunResult) =>
    steps.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
  /** The program, told whether a stack created the namespace. */
  const deploy = (isOwn: boolean) => async () => {
    const config = loadConfig();
    if (config.target === "fly") throw new Error("prod is on Kubernetes");
    return deployToKubernetes(config, { present: {} }, isOwn);
  };

  test("is only read, and gets the same objects", async () => {
    const [own, other] = [await up(() => undefined), await engine(existing, memoryState()).up(program)];
    expect(changesOf(other)).toContain("read namespace-existing");
    const names = (result: RunResult) =>
      objectsOf(result).flatMap(({ kind, metadata }) =>
        metadata ? [`${kind} ${metadata.namespace} ${metadata.name}`] : [],
      );
    expect(names(other).sort()).toEqual(
      names(own)
        .filter((name) => !name.startsWith("Namespace "))
        .sort(),
    );
  });

  test("of the stack itself is released, not deleted, and taken back", async () => {
    const state = memoryState();
    expect((await engine(() => undefined, state).up(deploy(false))).ok).toBe(true);
    const released = await engine(existing, state).up(deploy(true));
    expect([released.ok, changesOf(released)]).toEqual([true, ["read namespace"]]);
    const back = await engine(() => undefined, state).up(deploy(false));
    expect(back.ok).toBe(true);
    expect(changesOf(back).filter((change) => !change.endsWith(" namespace"))).toEqual([]);
  });

  test("instead of the stack's own is refused, because that one would be deleted", async () => {
    const state = memoryState();
    await engine(() => undefined, state).up(deploy(false));
    const other: Change = (values) => {
      existing(values);
      values.settings["kubernetes"].namespace = "shop";
    };
    const { ok, diagnostics, steps } = await engine(other, state).preview(deploy(false));
    expect(ok).toBe(false);
    expect(diagnostics.map(({ message }) => message).join("\n")).toContain("protect");
    const deletions = steps.filter(({ op, name }) => name === "namespace" && op.startsWith("delete"));
    expect(deletions.map(({ failed }) => failed)).toEqual([true]);
  });
});

test("two Chatwoots in one cluster share no name of an object without a namespace", async () => {
  const named = async (namespace: string): Promise<string[]> => {
    const run = await up((values) => {
      everything(values);
      values.settings["kubernetes"].namespace = namespace;
    });
    return objectsOf(run)
      .filter(({ metadata }) => metadata !== undefined && metadata.namespace === undefined)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  };
  const [one, two] = [await named("chatwoot"), await named("chatwoot-shop")];
  expect(one).toContain("Namespace chatwoot");
  expect(one.filter((name) => two.includes(name))).toEqual([]);
});
