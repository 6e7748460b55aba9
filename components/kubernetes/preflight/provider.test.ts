import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";
import { describe, expect, test, vi } from "vitest";
import { versions } from "../../../config/versions.ts";
import { memoryState, plain, type RunResult } from "pulumi-embedded-engine";
import { doubles } from "../../../tests/helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../../../tests/helpers/in-process.ts";
import { read } from "../../../tests/helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;
const errors = ({ diagnostics }: RunResult): string =>
  diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");

describe("the provider", () => {
  test("has the configured context, and changes Secrets in place", async () => {
    const { steps } = await stackEngine("prod", { providers: doubles }).preview(program);
    const provider = steps.find(({ type }) => type === "pulumi:providers:kubernetes");
    expect(plain(provider!.inputs)).toMatchObject({
      context: "newjoy",
      enableSecretMutable: "true",
      enableConfigMapMutable: "true",
    });
  });

  test("leaves nothing of the machine that deploys in the state, so a preview on another one is empty", async () => {
    const state = memoryState();
    const on = (kubeconfig: string) => {
      vi.stubEnv("KUBECONFIG", `/machines/${kubeconfig}`);
      return stackEngine("prod", { providers: doubles, state });
    };
    await on("ci").up(program);
    expect((await state.load()).resources.filter((one) => JSON.stringify(one).includes("/machines/"))).toEqual([]);
    expect(Object.keys((await on("laptop").preview(program)).changes)).toEqual(["same"]);
    vi.unstubAllEnvs();
  });

  test("never drops the objects of a cluster that does not answer from the state", async () => {
    vi.stubEnv("PULUMI_K8S_DELETE_UNREACHABLE", "true");
    const { steps } = await stackEngine("prod", { providers: doubles }).preview(program);
    const provider = steps.find(({ type }) => type === "pulumi:providers:kubernetes");
    expect(plain(provider!.inputs)).toMatchObject({ deleteUnreachable: "false" });
    vi.unstubAllEnvs();
  });

  test("is the only one: the stack file disables the default one, and without it nothing is created", async () => {
    const { config } = read("Pulumi.prod.yaml") as { config: Record<string, unknown> };
    expect(config["pulumi:disable-default-providers"]).toEqual(["kubernetes"]);
    const run = await stackEngine("prod", { providers: doubles }).up(() => {
      new k8s.core.v1.ConfigMap("stray", { metadata: { name: "stray" } });
      return Promise.resolve();
    });
    expect(run.ok).toBe(false);
    expect(errors(run)).toMatch(/default provider/i);
    expect(run.steps.filter(({ name }) => name === "stray")).toEqual([]);
  });
});

describe("CHATWOOT_SKIP_PREFLIGHT=1", () => {
  const engine = () => stackEngine("prod", { organization: "organization", providers: doubles });

  test("previews without a cluster", async () => {
    const run = await engine().preview(program);
    expect(errors(run)).toBe("");
    expect(run.steps.map(({ name }) => name)).toContain("environment-secrets");
  });

  test("does not deploy, and registers nothing", async () => {
    const run = await engine().up(program);
    expect(errors(run)).toContain(
      "CHATWOOT_SKIP_PREFLIGHT: is set, and only a preview may skip the cluster: a deployment could overwrite the root " +
        "keys there. Nothing was changed. Run `unset CHATWOOT_SKIP_PREFLIGHT` and then the same command again.",
    );
    expect(run.steps.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  });

  test("deploys only to memory in a run without a cluster", async () => {
    expect(errors(await stackEngine("prod", { providers: doubles }).up(program))).toBe("");
  });
});

const all = { cloudNativePg: true, barmanPlugin: true, certManager: true };
const installing =
  (install: object): Change =>
  ({ settings }) =>
    (settings["kubernetes"].install = install);

describe("operators", () => {
  test("none by default", async () => {
    const { steps } = await stackEngine("prod", { providers: doubles }).up(program);
    expect(steps.filter(({ name }) => name.startsWith("operators"))).toEqual([]);
  });

  test("each by its chart, pinned, in its namespace, protected with all its objects, before the database", async () => {
    const run = await stackEngine("prod", { change: installing(all), providers: doubles }).up(program);
    expect(errors(run)).toBe("");
    const own = run.steps.filter(({ name, type }) => name.startsWith("operators-") && !type.startsWith("pulumi:"));
    expect(own.filter(({ protect }) => !protect).map(({ name }) => name)).toEqual([]);
    expect(own.map(({ name }) => name).sort()).toEqual([
      "operators-barman-plugin",
      "operators-cert-manager",
      "operators-cert-manager-namespace",
      "operators-cert-manager:cert-manager/cert-manager",
      "operators-cloud-native-pg",
      "operators-cloud-native-pg-namespace",
      "operators-cloudnative-pg:cnpg-system/cloudnative-pg",
      "operators-plugin-barman-cloud:cnpg-system/plugin-barman-cloud",
    ]);
    const children = own.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
    for (const { inputs } of children)
      expect(inputs["metadata"].annotations).toEqual({ "pulumi.com/patchFieldManager": "chatwoot" });

    const names = run.steps.map(({ name }) => name);
    const at = (name: string): number => names.indexOf(name);
    const lastOperator = Math.max(...children.map(({ name }) => at(name)));
    const plugin = at("operators-plugin-barman-cloud:cnpg-system/plugin-barman-cloud");
    expect(plugin).toBe(lastOperator);
    const database = names.findIndex((name) => name.startsWith("postgres-cluster"));
    expect(lastOperator).toBeLessThan(database);
  });

  test("the charts' versions are the pinned ones", async () => {
    const charts: Record<string, unknown> = {};
    const cluster: typeof doubles.kubernetes = (...args) => {
      const double = doubles.kubernetes(...args);
      return {
        ...double,
        construct(inputs, context, child) {
          charts[String(inputs["chart"])] = [inputs["version"], inputs["namespace"], inputs["repositoryOpts"].repo];
          return double.construct!(inputs, context, child);
        },
      };
    };
    await stackEngine("prod", { change: installing(all), providers: { ...doubles, kubernetes: cluster } }).up(program);
    expect(charts).toMatchObject({
      "cert-manager": [versions.certManagerChart, "cert-manager", "https://charts.jetstack.io"],
      "cloudnative-pg": [versions.cloudNativePgChart, "cnpg-system", "https://cloudnative-pg.github.io/charts"],
      "plugin-barman-cloud": [versions.barmanPluginChart, "cnpg-system", "https://cloudnative-pg.github.io/charts"],
    });
  });

  test("are kept when the setting is removed: the preview is refused", async () => {
    const state = memoryState();
    await stackEngine("prod", { change: installing(all), providers: doubles, state }).up(program);
    const run = await stackEngine("prod", { providers: doubles, state }).preview(program);
    expect(run.ok).toBe(false);
    expect(errors(run)).toMatch(/protected/);
  });

  test("leave the state by the program on the page; the next `up` deletes and replaces nothing", async () => {
    const [, filter = ""] = /jq '([^']*)'/.exec(readFileSync("docs/kubernetes/preflight.md", "utf8")) ?? [];
    const installed = memoryState();
    await stackEngine("prod", { change: installing(all), providers: doubles, state: installed }).up(program);
    const before = await installed.load();
    const exported = before.resources.map(({ urn, dependencies }) => ({ urn, dependencies }));
    const after = JSON.parse(
      execFileSync("jq", [filter], {
        input: JSON.stringify({ deployment: { resources: exported } }),
        encoding: "utf8",
      }),
    ) as { deployment: { resources: { urn: string; dependencies: string[] }[] } };
    const kept = new Map(after.deployment.resources.map(({ urn, dependencies }) => [urn, dependencies]));
    const resources = before.resources.flatMap((resource) => {
      const dependencies = kept.get(resource.urn);
      return dependencies === undefined ? [] : [{ ...resource, dependencies }];
    });
    expect(before.resources.length - resources.length).toBe(9);
    expect(JSON.stringify(resources)).not.toContain("kubernetes:Operators");

    const state = memoryState({ ...before, resources });
    const run = await stackEngine("prod", { providers: doubles, state }).up(program);
    expect(errors(run)).toBe("");
    expect(Object.keys(run.changes)).toEqual(["same"]);
  });
});

describe("resources with data", () => {
  test.each([
    ["the namespace", ({ settings }) => (settings["kubernetes"].namespace = "other"), "namespace"],
    [
      "the class of the attachments' volume",
      ({ settings }) => (settings["storage"].storageClass = "other"),
      "storage-claim",
    ],
    [
      "attachments that move to a bucket",
      ({ settings, secrets }) => {
        settings["storage"] = { kind: "s3", bucket: "attachments", endpoint: "https://s3.example.com" };
        Object.assign(secrets, { storageAccessKeyId: "id", storageSecretAccessKey: "key" });
      },
      "storage-claim",
    ],
  ] as [string, Change, string][])("a change of %s is refused", async (_what, change, kept) => {
    const state = memoryState();
    const providers = { ...doubles, kubernetes: replacingDouble };
    expect(errors(await stackEngine("prod", { providers, state }).up(program))).toBe("");
    const run = await stackEngine("prod", { providers, state, change }).preview(program);
    expect(run.ok).toBe(false);
    expect(errors(run)).toMatch(/protected/);
    expect(JSON.stringify(run.diagnostics)).toContain(kept);
  });
});

/** As the provider decides: a new name, namespace or class replaces the object. */
const replacingDouble: typeof doubles.kubernetes = (...args) => ({
  ...doubles.kubernetes(...args),
  diff(before, _outputs, after) {
    const paths = [
      ["metadata", "name"],
      ["metadata", "namespace"],
      ["spec", "storageClassName"],
    ];
    const at = (value: unknown, path: string[]): unknown =>
      path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], plain(value));
    const changes = paths
      .filter((path) => at(before, path) !== at(after, path))
      .map((path) => ({ path, kind: "update" as const, replace: true }));
    const other = JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: ["spec"], kind: "update" as const }];
    return Promise.resolve({ changes: changes.length > 0 ? changes : other });
  },
});
