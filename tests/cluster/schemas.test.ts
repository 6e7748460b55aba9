import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Props } from "pulumi-embedded-engine";
import { problems } from "../../preview/schemas/check.ts";
import { createValidator, type Validator } from "../../preview/schemas/validator.ts";
import { resourcesOf } from "../../preview/policy/resources.ts";
import { crdSetNames, loadCrds, loadKubernetesSchemas } from "kubernetes-sandbox/tools";
import { overlaid, planned } from "../helpers/planned.ts";
import { prodVariants } from "../helpers/prod-variants.ts";
import { inNamespace, refusal } from "./strict.ts";
import { mistakes } from "./mistakes.ts";
import { openTestCluster, type TestCluster } from "./support.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/*
 * The validation without a cluster (`preview:diff`), compared with the strict validation of a real API server: for each
 * kind in any variant of the program, a valid object, and the same object with a mistake in each field.
 */

let cluster: TestCluster;
let validate: Validator;
const byKind = new Map<string, Props>();

beforeAll(async () => {
  validate = createValidator(await loadKubernetesSchemas(toolCache), await loadCrds(toolCache, crdSetNames));
  cluster = await openTestCluster();
  const namespace = await cluster.namespace("schemas");
  for (const [, overlay] of prodVariants)
    for (const { type, props } of resourcesOf((await planned("prod", inNamespace(namespace, overlaid(overlay)))).steps))
      if (/^kubernetes:(?!helm)/.test(type) && !byKind.has(type)) byKind.set(type, props);
});
afterAll(() => cluster?.dispose());

/** The published schema requires the field, the server does not. */
const stricterHere = ["kubernetes:batch/v1:Job spec.podFailurePolicy.rules left out"];

const ours = (props: Props): string[] => problems({ urn: "", type: "", name: "", protect: false, props }, validate);

test("includes every kind of the program, and those of the operators", () => {
  const kinds = [...byKind.keys()].map((type) => type.split(":").at(-1)!);
  expect(kinds).toEqual(expect.arrayContaining(["Deployment", "StatefulSet", "Job", "CronJob", "Ingress", "Secret"]));
  expect(kinds).toEqual(
    expect.arrayContaining(["Cluster", "ObjectStore", "HTTPRoute", "ScaledObject", "ExternalSecret"]),
  );
});

test("both accept valid objects", async () => {
  for (const [type, props] of byKind) {
    expect(ours(props), type).toEqual([]);
    const refused = await refusal(cluster, props);
    // The namespace exists; the server's other objections are not about fields.
    expect(refused, type).not.toMatch(/strict decoding|unknown field|cannot unmarshal|Required value|Invalid value/);
  }
});

describe("a mistake in any field", () => {
  test("rejects an unknown field or a wrong type wherever the API server rejects it", async () => {
    const differing: string[] = [];
    let planted = 0;
    for (const [type, props] of byKind)
      for (const { what, object, missing } of mistakes(props)) {
        planted += 1;
        const here = ours(object);
        const there = await refusal(cluster, object);
        // Required fields: the API server checks more rules than its schemas contain.
        const agrees = missing ? here.length === 0 || there !== "" : here.length > 0 === (there !== "");
        if (!agrees && !stricterHere.includes(`${type} ${what}`))
          differing.push(`${type} ${what}: here ${JSON.stringify(here)}, there ${JSON.stringify(there)}`);
      }
    expect(differing).toEqual([]);
    expect(planted).toBeGreaterThan(500);
  });
});

test("reports a problem with its path, in the API server's format", async () => {
  const web = [...byKind].find(([type]) => type.endsWith(":Deployment"))![1];
  const wrong = structuredClone(web);
  const pod = wrong["spec"].template.spec;
  wrong["spec"].replica = 2;
  wrong["spec"].progressDeadlineSeconds = "soon";
  delete wrong["spec"].selector;
  pod.containers[0].imagee = "x";
  const refused = ours(wrong);
  expect(refused.sort()).toEqual([
    "spec.progressDeadlineSeconds: must be integer, not string",
    "spec.selector: is required",
    'unknown field "spec.replica"',
    'unknown field "spec.template.spec.containers[0].imagee"',
  ]);
  const server = await refusal(cluster, { ...wrong, spec: { ...wrong["spec"], progressDeadlineSeconds: 600 } });
  expect(server).toContain('unknown field "spec.replica"');
  expect(server).toContain('unknown field "spec.template.spec.containers[0].imagee"');
  expect(ours({ apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x" } })).toEqual([
    "example.com/v1 Thing: unknown kind. Add its definition to packages/kubernetes-sandbox/src/tools/crd-sets.ts.",
  ]);
});
