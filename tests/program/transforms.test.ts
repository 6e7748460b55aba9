import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { plain, type RunResult } from "pulumi-embedded-engine";
import exampleTransforms from "../docs/transforms-example.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { chatwoot } from "../../stacks/chatwoot.ts";
import { merge, on, projectTransforms, type StackResource, type Transform } from "../../stacks/transforms.ts";
import { doubles } from "../helpers/doubles.ts";
import { stackEngine } from "../helpers/in-process.ts";
import type { StackName } from "../helpers/stack-files.ts";

const up = (stack: StackName, transforms: readonly Transform[]): Promise<RunResult> =>
  stackEngine(stack, { providers: doubles }).up(() => {
    process.env["CHATWOOT_SKIP_PREFLIGHT"] = "1";
    return chatwoot({ transforms });
  });
const errorsOf = ({ diagnostics }: RunResult): string =>
  diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : [])).join("\n");
const inputsOf = ({ steps }: RunResult, name: string) => {
  const step = steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`no resource ${name}`);
  return plain(step.inputs);
};

test("a transform sees every resource with its component, the chart's too, and changes it", async () => {
  const seen: string[] = [];
  const look: Transform = ({ type, name, component }: StackResource) => {
    seen.push(`${type.split(":").pop()} ${name} ${component}`);
    return undefined;
  };
  const aliases = on("kubernetes:apps/v1:Deployment", ({ props }) =>
    props.metadata?.name === "chatwoot-web"
      ? {
          props: merge(props, {
            spec: { template: { spec: { hostAliases: [{ ip: "10.0.0.9", hostnames: ["ldap"] }] } } },
          }),
        }
      : undefined,
  );
  const kept = on("kubernetes:core/v1:Secret", () => ({ opts: { retainOnDelete: true } }));
  const run = await up("prod", [look, aliases, kept]);
  expect(errorsOf(run)).toBe("");
  expect(seen).toEqual(
    expect.arrayContaining([
      "StatefulSet redis-server chatwoot:kubernetes:Redis",
      "Deployment chatwoot-chart:chatwoot/chatwoot-web chatwoot:kubernetes:Chatwoot",
      "Cluster postgres-cluster-chatwoot-db chatwoot:kubernetes:Postgres",
      "Namespace namespace undefined",
    ]),
  );
  const web = inputsOf(run, "chatwoot-chart:chatwoot/chatwoot-web");
  expect(web["spec"].template.spec.hostAliases).toEqual([{ ip: "10.0.0.9", hostnames: ["ldap"] }]);
  expect(web["spec"].template.spec.containers).toHaveLength(1);
  expect(run.steps.filter(({ name }) => name === "environment-secrets")).toMatchObject([{ retainOnDelete: true }]);
});

test("the page's example is the file that is compiled, and does what it says", async () => {
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync(join(projectFolder, "docs/transforms.md"), "utf8"))!;
  expect(readFileSync(join(projectFolder, "tests/docs/transforms-example.ts"), "utf8")).toBe(example);
  const run = await up("prod", exampleTransforms);
  expect(errorsOf(run)).toBe("");
  const aliased = run.steps.filter(({ inputs }) => plain(inputs)["spec"]?.template?.spec?.hostAliases !== undefined);
  expect(aliased.map(({ name }) => name).sort()).toEqual(
    ["web", "worker"].map((tier) => `chatwoot-chart:chatwoot/chatwoot-${tier}`),
  );
  const services = run.steps.filter(({ type }) => type === "kubernetes:core/v1:Service");
  expect(services.length).toBeGreaterThan(2);
  for (const { name, inputs } of services)
    expect([name, plain(inputs)["metadata"].labels?.team]).toEqual([name, "support"]);
});

test("on Fly too", async () => {
  const names: string[] = [];
  const run = await up("staging", [
    on("command:local:Command", ({ name, props }) => {
      names.push(name);
      return { props: merge(props, { environment: { STEP_NOTE: "mine" } }) };
    }),
  ]);
  expect(errorsOf(run)).toBe("");
  expect(names.length).toBeGreaterThan(3);
  expect(inputsOf(run, "fly-app")["environment"]).toMatchObject({ STEP_NOTE: "mine" });
});

describe("a wrong transform", () => {
  test.each<[string, Transform, string]>([
    [
      "that throws",
      function labels({ name }) {
        throw new Error(`no label for ${name}`);
      },
      "transforms[0] (labels): failed for",
    ],
    ["that returns the properties alone", ({ props }: StackResource) => props, "returned an object with"],
    ["that returns a list", (() => []) as never, "returned a list for"],
    ["that returns text as properties", (() => ({ props: "x" })) as never, "returned props that are not an object for"],
  ])("%s stops the run and is named", async (_what, transform, message) => {
    const run = await up("staging", [transform]);
    expect(run.ok).toBe(false);
    expect(errorsOf(run)).toContain(message);
  });
});

describe("transforms.ts", () => {
  const load = async (text: string | undefined): Promise<unknown> => {
    const folder = mkdtempSync(join(tmpdir(), "chatwoot-transforms-"));
    try {
      if (text !== undefined) writeFileSync(join(folder, "transforms.ts"), text);
      return await projectTransforms(`${folder}/`).catch((error: unknown) => (error as Error).message);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  test.each<[string, string | undefined, unknown]>([
    ["is optional", undefined, []],
    ["has functions", "export default [() => undefined];", [expect.any(Function)]],
    ["without a default export", "export const transforms = [];", expect.stringContaining("not a list of functions")],
    ["with one function", "export default () => undefined;", expect.stringContaining("not a list of functions")],
    ["that throws", 'throw new Error("no");', "transforms.ts: cannot be loaded: no. Correct it, or remove the file."],
  ])("%s", async (_what, text, expected) => expect(await load(text)).toEqual(expected));
});

test("merge replaces lists, removes by null, and leaves the object as it was", () => {
  const object = { a: { b: 1, c: [1, 2] }, d: "x" };
  expect(merge(object, { a: { c: [3] }, d: null })).toEqual({ a: { b: 1, c: [3] } });
  expect(object).toEqual({ a: { b: 1, c: [1, 2] }, d: "x" });
});
