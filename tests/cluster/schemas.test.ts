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
 * The validation without a cluster (`preview:diff`), held to a real API server that knows every field: for each kind that
 * the program makes, in any of its variants, an object as it is and with a mistake planted in each of its places.
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

/** The published schema wants it, the server does without. */
const stricterHere = ["kubernetes:batch/v1:Job spec.podFailurePolicy.rules left out"];

const ours = (props: Props): string[] => problems({ urn: "", type: "", name: "", protect: false, props }, validate);

test("every kind of the program is among them, the operators' too", () => {
  const kinds = [...byKind.keys()].map((type) => type.split(":").at(-1)!);
  expect(kinds).toEqual(expect.arrayContaining(["Deployment", "StatefulSet", "Job", "CronJob", "Ingress", "Secret"]));
  expect(kinds).toEqual(
    expect.arrayContaining(["Cluster", "ObjectStore", "HTTPRoute", "ScaledObject", "ExternalSecret"]),
  );
});

test("objects as they are pass here and there", async () => {
  for (const [type, props] of byKind) {
    expect(ours(props), type).toEqual([]);
    const said = await refusal(cluster, props);
    // The namespace is there; whatever else it has against an object has nothing to do with its fields.
    expect(said, type).not.toMatch(/strict decoding|unknown field|cannot unmarshal|Required value|Invalid value/);
  }
});

describe("a mistake in any place", () => {
  test("an unknown field, or a value of another type, is refused here where the API server refuses it", async () => {
    const differing: string[] = [];
    let planted = 0;
    for (const [type, props] of byKind)
      for (const { what, object, missing } of mistakes(props)) {
        planted += 1;
        const here = ours(object);
        const there = await refusal(cluster, object);
        // What must be there: the API server knows more rules than its schemas say.
        const agrees = missing ? here.length === 0 || there !== "" : here.length > 0 === (there !== "");
        if (!agrees && !stricterHere.includes(`${type} ${what}`))
          differing.push(`${type} ${what}: here ${JSON.stringify(here)}, there ${JSON.stringify(there)}`);
      }
    expect(differing).toEqual([]);
    expect(planted).toBeGreaterThan(500);
  });
});

test("what is wrong is told with its path, as the API server writes it", async () => {
  const web = [...byKind].find(([type]) => type.endsWith(":Deployment"))![1];
  const wrong = structuredClone(web);
  const pod = wrong["spec"].template.spec;
  wrong["spec"].replica = 2;
  wrong["spec"].progressDeadlineSeconds = "soon";
  delete wrong["spec"].selector;
  pod.containers[0].imagee = "x";
  const said = ours(wrong);
  expect(said.sort()).toEqual([
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
