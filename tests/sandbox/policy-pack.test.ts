import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { createRequire } from "node:module";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packName, rules } from "../../policy/pack.ts";
import { exceptions } from "../../policy/exceptions.ts";
import type { Props, Resource } from "../../policy/resource.ts";
import { projectFolder } from "../../lib/project-folder.ts";
import { resourcesOf } from "../../preview/policy/resources.ts";
import { planned } from "../helpers/planned.ts";
import { object, service, step, workload } from "../../policy/rules/test-resources.ts";

/* The pack as Pulumi starts and calls it: in its own process, by gRPC. */

const require = createRequire(import.meta.url);
// Pulumi's messages have no module for import.
const messages = require("@pulumi/pulumi/proto/analyzer_pb.js");
const { AnalyzerClient } = require("@pulumi/pulumi/proto/analyzer_grpc_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

const mandatory: number = messages.EnforcementLevel.MANDATORY;
const startLimitMs = 120_000;
const planted = "planted-configured-key";
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- generated code without types
let client: any;
let pack: ReturnType<typeof startPack> | undefined;

function startPack() {
  const folder = join(projectFolder, "policy");
  const program = join(projectFolder, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
  const config = JSON.stringify({ "chatwoot:storageSecretAccessKey": planted, "chatwoot:url": "https://example.com" });
  const env = { PULUMI_CONFIG: config };
  return execa(process.execPath, [program, "127.0.0.1:1", folder], { cwd: folder, env, reject: false });
}

beforeAll(async () => {
  pack = startPack();
  client = new AnalyzerClient(`127.0.0.1:${await portOf(pack)}`, credentials.createInsecure());
}, startLimitMs);

afterAll(async () => {
  client?.close();
  pack?.kill();
  await pack;
});

/** The pack prints its port, and nothing else. */
function portOf(process: ReturnType<typeof startPack>): Promise<string> {
  return Promise.race([
    new Promise<string>((resolve) => process.stdout.once("data", (text) => resolve(String(text).trim()))),
    process.then(({ stderr }) => {
      throw new Error(`the pack ended: ${String(stderr)}`);
    }),
  ]);
}

interface Diagnostic {
  policyname: string;
  message: string;
  urn: string;
  enforcementlevel: number;
}

const call = <T>(method: string, request: unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    client[method](request, (error: Error | null, answer: { toObject(): T }) =>
      error ? reject(error) : resolve(answer.toObject()),
    );
  });

function filled<T extends { setUrn(urn: string): void }>(message: T, resource: Resource): T {
  const { urn, type, name, props, protect, provider } = resource;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  const request: any = message;
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  request.setUrn(urn);
  request.setType(type);
  request.setName(name);
  request.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Props));
  request.setOptions(options);
  if (provider === undefined) return message;
  const made = new messages.AnalyzerProviderResource();
  made.setName(provider);
  made.setProperties(Struct.fromJavaScript({}));
  request.setProvider(made);
  return message;
}

async function ask(resources: readonly Resource[]): Promise<string[]> {
  const stack = new messages.AnalyzeStackRequest();
  stack.setResourcesList(resources.map((resource) => filled(new messages.AnalyzerResource(), resource)));
  const answers = await Promise.all([
    ...resources.map((resource) =>
      call<{ diagnosticsList: Diagnostic[] }>("analyze", filled(new messages.AnalyzeRequest(), resource)),
    ),
    call<{ diagnosticsList: Diagnostic[] }>("analyzeStack", stack),
  ]);
  return answers
    .flatMap(({ diagnosticsList }) => diagnosticsList)
    .map(({ policyname, message, enforcementlevel }) => {
      const level = enforcementlevel === mandatory ? "" : " (advisory)";
      return `${policyname}${level}: ${message.split("\n").at(-1)}`;
    })
    .sort();
}

test("lists every enabled rule", async () => {
  const info = await call<{ name: string; policiesList: { name: string; description: string }[] }>(
    "getAnalyzerInfo",
    new Empty(),
  );
  expect(info.name).toBe(packName);
  expect(info.policiesList.map(({ name }) => name)).toEqual(
    rules.filter(({ name }) => exceptions[name]?.["enforcementLevel"] !== "disabled").map(({ name }) => name),
  );
});

test.each(["staging", "prod"] as const)("finds nothing in %s", async (stack) => {
  expect(await ask(resourcesOf((await planned(stack)).steps))).toEqual([]);
});

test("reports violations by rules of one resource and of all, and skips values unknown in a preview", async () => {
  const broken = [
    service("chat", "web", { type: "LoadBalancer", clusterIP: unknownValue }),
    workload("web", { replicas: 2, container: { image: unknownValue } }),
    object("ConfigMap", "note", { data: { note: `it is ${planted}`, other: unknownValue } }),
    object("ConfigMap", "loose", { metadata: { name: "loose" } }, { provider: "default_4_34_2" }),
    step("app", { APP: "chat" }),
  ];
  expect(await ask(broken)).toEqual([
    "disruption-budget: has up to 2 pods and no PodDisruptionBudget. Add one.",
    "explicit-namespace: ConfigMap has no namespace. Set metadata.namespace.",
    "explicit-provider: uses the default provider, and so the deployer's current context. Pass the stack's provider.",
    "no-secret-in-the-open: data.note contains a secret. Refer to a Secret instead.",
    "no-service-outside: Service chat is of type LoadBalancer, which bypasses the ingress. Set type: ClusterIP.",
    "protected-data: app chat is not protected. Set protect: true.",
    "spread-over-nodes: has several pods that can run on one node. Add topologySpreadConstraints.",
  ]);
});
