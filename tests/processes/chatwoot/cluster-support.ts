import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import type { KubectlState, PodObject } from "./kubectl/state.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

const standIns = ["kubectl", "pulumi"].map((name) => fileURLToPath(new URL(name, import.meta.url)));

export const oldImage = "chatwoot/chatwoot:v4.15.0";
export const newImage = "chatwoot/chatwoot:v4.16.2";

export const pod = (name: string, role: string, image = newImage, ready = true): PodObject => ({
  metadata: { name, labels: { "app.kubernetes.io/part-of": "chatwoot", "app.kubernetes.io/component": role } },
  spec: { containers: [{ name: `chatwoot-${role}`, image }] },
  status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});

export const replicaSet = (revision: number, image: string, owner = "chatwoot-web"): object => ({
  metadata: {
    name: `${owner}-${revision}`,
    creationTimestamp: `2026-11-${10 + revision}T12:00:00Z`,
    annotations: { "deployment.kubernetes.io/revision": String(revision) },
    ownerReferences: [{ kind: "Deployment", name: owner }],
  },
  spec: { template: { spec: { containers: [{ image }] } } },
});

/** A stack on Kubernetes with a stand-in for its cluster, and the commands as an operator types them. */
export function openClusterStack({ outputs = {} }: { outputs?: object } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "cluster-stack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const urn = (rest: string): string => `urn:pulumi:prod::chatwoot::${rest}`;
  const resources = [
    { urn: urn("pulumi:pulumi:Stack::chatwoot-prod"), type: "pulumi:pulumi:Stack", outputs },
    {
      urn: urn("pulumi:providers:kubernetes::kubernetes"),
      type: "pulumi:providers:kubernetes",
      inputs: { context: "eks-prod" },
    },
    {
      urn: urn("kubernetes:core/v1:Namespace::namespace"),
      type: "kubernetes:core/v1:Namespace",
      inputs: { metadata: { name: "chatwoot" } },
    },
  ];
  mkdirSync(join(folder, "kubectl"));
  writeFileSync(join(folder, "deployment.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  const cluster: KubectlState = {
    context: "eks-prod",
    namespace: "chatwoot",
    pods: [pod("web-1", "web"), pod("worker-1", "worker"), pod("redis-0", "redis")],
    replicasets: [],
    logs: {},
    exec: [],
  };
  const save = (): void => writeFileSync(join(folder, "kubectl", "state.json"), JSON.stringify(cluster));
  const calls = (): string[][] =>
    readFileSync(join(folder, "kubectl", "calls.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);
  const evidence = (): string[] =>
    readdirSync(join(folder, "ops")).map((name) => readFileSync(join(folder, "ops", name), "utf8"));
  async function ops(args: readonly string[], env: Record<string, string> = {}, { atTerminal = false } = {}) {
    save();
    const words = ["node", "--require", "./scripts/preload.cjs", "ops/main.ts", ...args, "--stack", "prod"];
    const [program = "", ...rest] = atTerminal ? ["script", "-qec", words.join(" "), "/dev/null"] : words;
    return execa(program, rest, {
      env: {
        ...bundledEnvironment(),
        PATH: [...standIns, process.env["PATH"]].join(delimiter),
        HOME: folder,
        CHATWOOT_STATE_FILE: join(folder, "deployment.json"),
        CHATWOOT_ARTIFACTS_DIR: folder,
        KUBECTL_SANDBOX: join(folder, "kubectl"),
        NO_COLOR: "1",
        ...env,
      },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
      timeout: 60_000,
    });
  }
  return { cluster, save, calls, evidence, ops };
}
