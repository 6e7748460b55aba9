import { afterAll, beforeAll, expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { collectionPath, type Kind } from "kubernetes-sandbox/client";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/* The gate's objects on a real API server with strict field validation, in a namespace of the level `restricted`. */

let cluster: TestCluster;
let namespace: string;
beforeAll(async () => {
  cluster = await openTestCluster();
  namespace = await cluster.namespace("sso", { "pod-security.kubernetes.io/enforce": "restricted" });
});
afterAll(() => cluster?.dispose());

async function objectsOf(sso: object): Promise<Any[]> {
  const { steps, ok } = await stackEngine("prod", {
    providers: doubles,
    change: ({ settings, secrets }) => {
      Object.assign(settings["kubernetes"].sso, sso);
      if (!("credentials" in sso)) return;
      for (const key of ["oidcClientId", "oidcClientSecret"]) delete secrets[key];
    },
  }).up(program);
  expect(ok).toBe(true);
  const own = steps.filter(({ name, type, custom }) => custom && /^sso-/.test(name) && type.startsWith("kubernetes:"));
  const unwrapped = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, v: unknown) => plain(v)));
  return own.map(({ inputs }) => unwrapped(inputs));
}

const show = (object: Any): Promise<string> =>
  cluster.client
    .request("POST", `${collectionPath(object.kind as Kind, namespace)}?dryRun=All&fieldValidation=Strict`, {
      ...object,
      metadata: { ...object.metadata, namespace },
    })
    .then(
      () => `${object.kind} ${object.metadata.name}`,
      (error: unknown) => `${object.kind} ${object.metadata.name}: ${String(error)}`,
    );
const podOf = ({ metadata, spec }: Any): Any => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { ...spec.template.metadata, name: metadata.name },
  spec: spec.template.spec,
});

test.each<[what: string, sso: object, others: string[]]>([
  ["as in prod", {}, ["PodDisruptionBudget oauth2-proxy-chatwoot"]],
  ["as small as possible", { replicas: 1, publicApi: false }, []],
  [
    "with a client of External Secrets",
    { credentials: { from: "external", store: "vault", path: "chatwoot/oidc" } },
    [
      "ExternalSecret oauth2-proxy-chatwoot",
      "PodDisruptionBudget oauth2-proxy-chatwoot",
      "Secret oauth2-proxy-chatwoot-cookie",
    ],
  ],
])("the gate %s: every field is accepted, and its pod passes the level restricted", async (_what, sso, others) => {
  const objects = await objectsOf(sso);
  const always = ["ConfigMap", "Deployment", "Service", ...("credentials" in sso ? [] : ["Secret"])];
  const expected = [...always.map((kind) => `${kind} oauth2-proxy-chatwoot`), ...others];
  expect((await Promise.all(objects.map(show))).sort()).toEqual(expected.sort());
  const pod = podOf(objects.find(({ kind }) => kind === "Deployment"));
  expect(await show(pod)).toBe("Pod oauth2-proxy-chatwoot");
  const unsafe = { ...pod, spec: { ...pod.spec, securityContext: {} } };
  expect(await show(unsafe)).toContain("violates PodSecurity");
});
