import { beforeAll, describe, expect, test } from "vitest";
import { memoryState, plain, showOutputs, type RunResult, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { openTexts } from "../helpers/open-texts.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import { stackNames, stackValues, type StackName } from "../helpers/stack-files.ts";

const plantedUserSecret = (key: string): string => `planted-${key}`;

/** Distinct values for every secret, so that a test can search for each. */
function plantSecrets({ secrets }: { secrets: Record<string, string> }): void {
  for (const key of Object.keys(secrets)) {
    secrets[key] =
      key === "databaseUrl"
        ? `postgresql://postgres.project:${plantedUserSecret(key)}@aws-0-us-east-1.pooler.supabase.com:5432/postgres`
        : plantedUserSecret(key);
  }
}

describe.each(stackNames)("%s", (stack) => {
  let run: RunResult;
  let preview: RunResult;
  beforeAll(async () => {
    const options = { change: plantSecrets, providers: doubles };
    preview = await stackEngine(stack, options).preview(program);
    run = await stackEngine(stack, options).up(program);
  });
  const own = (): Step[] => run.steps.filter(({ type }) => !type.startsWith("pulumi:"));

  test("deploys", () => {
    expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect([run.ok, preview.ok]).toEqual([true, true]);
  });

  test("its resources, by parent", () => {
    const tree = own().map(
      ({ urn, protect }) => urn.split("::").slice(2).join("::") + (protect ? "  (protected)" : ""),
    );
    expect(tree.sort()).toMatchSnapshot();
  });

  test("a preview from nothing lists everything that up creates", () => {
    const urns = (result: RunResult) => result.steps.map(({ urn }) => urn).sort();
    expect(urns(preview)).toEqual(urns(run));
  });

  test("every child's name begins with its parent's", () => {
    const strays = own().filter(({ parent, name }) => {
      const parentName = parent?.split("::")[3] ?? "";
      return !parent?.includes("pulumi:pulumi:Stack") && !name.startsWith(parentName);
    });
    expect(strays.map(({ name }) => name)).toEqual([]);
  });

  test("component types are named after their folder", () => {
    const types = own()
      .filter(({ custom, type }) => !custom && type.startsWith("chatwoot:"))
      .map(({ type }) => type);
    expect(
      [...new Set(types)].filter((type) => !/^chatwoot:(chatwoot|fly|kubernetes|support):[A-Z]\w+$/.test(type)),
    ).toEqual([]);
  });

  test("every Kubernetes object uses the explicit provider", () => {
    const objects = run.steps.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
    expect(objects.filter(({ provider }) => !provider?.includes("pulumi:providers:kubernetes::kubernetes::"))).toEqual(
      [],
    );
    expect(objects.length > 0).toBe(stack === "prod");
  });

  test("data and trust roots are protected", () => {
    const expected: Record<StackName, string[]> = {
      staging: ["fly-app", "redis-database"],
      prod: [
        "namespace",
        "postgres-cluster-chatwoot-db",
        "postgres-password",
        "redis-claim",
        "redis-server",
        "storage-claim",
      ],
    };
    const roots = [
      "secret-key-base",
      "encryption-primary-key",
      "encryption-deterministic-key",
      "encryption-key-derivation-salt",
    ];
    const found = own()
      .filter(({ protect }) => protect)
      .map(({ name }) => name);
    const names = ["destroy-guard", ...expected[stack], ...roots.map((root) => `secrets-${root}`)];
    expect(found.sort()).toEqual(names.sort());
  });

  test("no command with a delete has triggers", () => {
    const commands = own().filter(({ type }) => type === "command:local:Command");
    expect(commands.filter(({ inputs }) => inputs["triggers"] !== undefined)).toEqual([]);
    // Two steps compare with their short last results; a long one would prevent the next step from starting.
    const withLast = commands.filter(({ inputs }) => plain(inputs["addPreviousOutputInEnv"]) !== false);
    expect(withLast.filter(({ inputs }) => !["secrets", "facts"].includes(String(inputs["create"])))).toEqual([]);
  });

  test("no planted secret is outside a secret input or output", () => {
    const open = own().flatMap((step) => [
      ...openTexts(step.inputs).map((text) => `${step.name} inputs: ${text}`),
      ...openTexts(step.outputs ?? {}).map((text) => `${step.name} outputs: ${text}`),
    ]);
    expect(open.filter((text) => text.includes("planted-"))).toEqual([]);
    expect(openTexts(run.outputs).filter((text) => text.includes("planted-"))).toEqual([]);
  });

  test("every secret that a user sets reaches a resource", () => {
    const everything = JSON.stringify(own().map(({ inputs }) => inputs));
    for (const key of Object.keys(stackValues(stack).secrets)) expect(everything).toContain(plantedUserSecret(key));
  });

  test("the outputs' names are frozen", () => {
    expect(showOutputs(run.outputs)).toMatchSnapshot();
  });

  test("a second up changes nothing", async () => {
    const state = memoryState();
    const options = { change: plantSecrets, providers: doubles, state };
    await stackEngine(stack, options).up(program);
    const { changes } = await stackEngine(stack, options).up(program);
    expect(Object.keys(changes)).toEqual(["same"]);
  });
});
