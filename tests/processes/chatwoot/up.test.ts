import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

/* `ops up` and `ops watch` with doubles of pulumi and kubectl; what pulumi prints was recorded from a failed first `up`. */

const opsWords = ["--require", "./scripts/preload.cjs", "ops/main.ts"];
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const metadata = (name: string, more: object = {}) => ({ name, creationTimestamp: ago(300), ...more });
const quota = {
  kind: "Event",
  metadata: metadata("e"),
  involvedObject: { kind: "ReplicaSet", name: "chatwoot-web-1" },
  reason: "FailedCreate",
  message:
    'Error creating: pods "chatwoot-web-1-x" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=4, limited: pods=4',
  firstTimestamp: ago(100),
  lastTimestamp: ago(5),
};
const refusedWeb = {
  kind: "ReplicaSet",
  metadata: metadata("chatwoot-web-1", { ownerReferences: [{ kind: "Deployment", name: "chatwoot-web" }] }),
  spec: { replicas: 1 },
};
const crashingWorker = {
  kind: "Pod",
  metadata: metadata("chatwoot-worker-2-y", { ownerReferences: [{ kind: "ReplicaSet", name: "chatwoot-worker-2" }] }),
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "chatwoot-workers",
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 1 } },
      },
    ],
  },
};
const failedFirstUp = [
  "Updating (prod):",
  " +  kubernetes:apps/v1:Deployment chatwoot-web creating (27s) Minimum number of live Pods was not attained",
  "Diagnostics:",
  "  kubernetes:apps/v1:Deployment (chatwoot-chart:chatwoot/chatwoot-web):",
  "    error: 'chatwoot-web' timed out waiting to be Ready",
  "  kubernetes:helm.sh/v4:Chart (chatwoot-chart):",
  "    error: kubernetes:helm.sh/v4:Chart resource 'chatwoot-chart' has a problem: grpc: the client connection is closing",
  "        at Object.callback (/app/node_modules/@grpc/grpc-js/src/client.ts:360:49)",
  "        at new Chatwoot (/app/components/kubernetes/chart/chatwoot.ts:66:19)",
  "    error: failed to deliver log message",
  "Resources:",
  "    + 44 created",
];

function openStack(objects: readonly unknown[], pulumiUp: readonly string[], stack = { target: "kubernetes" }) {
  const folder = mkdtempSync(join(tmpdir(), "ops-up-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = (name: string, ...lines: string[]): void => {
    writeFileSync(
      join(folder, name),
      ["#!/usr/bin/env bash", `echo "${name} $*" >> ${folder}/calls`, ...lines, ""].join("\n"),
    );
    chmodSync(join(folder, name), 0o755);
  };
  const config = {
    "chatwoot:target": { value: stack.target },
    "chatwoot:kubernetes": { value: "{}", objectValue: { context: "eks-prod", namespace: "desk" } },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "objects.json"), JSON.stringify({ kind: "List", items: objects }));
  program("pulumi", `if [ "$1" = config ]; then exec cat ${folder}/config.json; fi`, ...pulumiUp);
  program(
    "kubectl",
    'case "$*" in',
    `*clusters.postgresql*) echo "error: the server doesn't have a resource type" >&2; exit 1 ;;`,
    "*' logs '*) echo 'Redis::CannotConnectError redis://:planted-pass@redis:6379'; echo ;;",
    `*) cat ${folder}/objects.json ;;`,
    "esac",
  );
  const run = (...args: string[]) =>
    execa("node", [...opsWords, ...args], {
      env: {
        ...bundledEnvironment(),
        PATH: [folder, process.env["PATH"]].join(delimiter),
        HOME: folder,
        NO_COLOR: "1",
      },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
      timeout: 60_000,
    });
  return { run, calls: () => readFileSync(join(folder, "calls"), "utf8") };
}

const next =
  "Change `chatwoot:web.count`, or raise the quota. Next: `kubectl --context eks-prod --namespace desk describe resourcequotas`";

test("a failed deployment ends with its cause and the next command, without what follows from the failure", async () => {
  const lines = failedFirstUp.map((line) => `echo ${JSON.stringify(line)}`);
  const stack = openStack([refusedWeb, quota, crashingWorker], [...lines, "sleep 2", "exit 255"]);
  const { exitCode, all, stdout } = await stack.run("up", "--stack", "prod", "--yes", "--", "--diff");
  expect(exitCode, all).toBe(1);
  expect(stack.calls()).toContain("pulumi up --yes --stack prod --non-interactive --diff\n");
  expect(stdout).toContain("timed out waiting to be Ready");
  expect(stdout).toContain("+ 44 created");
  expect(stdout).not.toMatch(/client connection|deliver log|grpc-js|chatwoot\.ts:66/);
  expect(stdout).not.toContain("planted-pass");
  expect(stdout.split("\n").slice(-3)).toEqual([
    "4 lines that follow from the failure were left out.",
    "pulumi up failed with exit code 255.",
    `Deployment FAILED: chatwoot-web: quota exceeded (and 1 more above). ${next}`,
  ]);
  const causes = stdout.split("\n").filter((line) => /^WARN| {6}\S/.test(line) && !/^ {8}|error:/.test(line));
  expect(causes.join("\n")).toMatchInlineSnapshot(`
    "WARN  chatwoot-web: quota exceeded
          exceeded quota: pods, requested: pods=1, used: pods=4, limited: pods=4
          Change \`chatwoot:web.count\`, or raise the quota:
          \`kubectl --context eks-prod --namespace desk describe resourcequotas\`
    WARN  chatwoot-worker-2: keeps crashing
          3 restarts; exit code 1
          Last line of its log: Redis::CannotConnectError
          redis://:[secret]@redis:6379
          Find the cause in its log:
          \`kubectl --context eks-prod --namespace desk logs chatwoot-worker-2-y -c chatwoot-workers --previous\`"
  `);
});

test("an object that an admission policy refuses to Pulumi: the setting and the next command are the last line", async () => {
  const policy = `ValidatingAdmissionPolicy 'registries' with binding 'all' denied request: images must come from registry.example.com`;
  const lines = [
    "Diagnostics:",
    "  kubernetes:apps/v1:StatefulSet (redis-server):",
    `    error: resource was not successfully created by the Kubernetes API server: statefulsets.apps "chatwoot-redis" is forbidden: ${policy}`,
    "Resources:",
  ];
  const stack = openStack([], [...lines.map((line) => `echo ${JSON.stringify(line)}`), "sleep 1", "exit 255"]);
  const last =
    "FAILED: chatwoot-redis: admission refuses. Change `chatwoot:kubernetes.images.redis`, or change the policy. Next: " +
    "`kubectl --context eks-prod --namespace desk get validatingadmissionpolicybindings,validatingwebhookconfigurations,mutatingwebhookconfigurations`";
  const up = await stack.run("up", "--stack", "prod", "--yes");
  expect(up).toMatchObject({ exitCode: 1 });
  expect(up.stdout.split("\n").at(-1)).toBe(`Deployment ${last}`);
  const preview = await stack.run("up", "--stack", "prod");
  expect(preview.stdout.split("\n").at(-1)).toBe(`Preview ${last}`);
});

test("a deployment that hangs is interrupted at its limit", async () => {
  const hung = ['trap "echo interrupted; exit 1" INT', "echo begun", "while :; do sleep 0.1; done"];
  const { exitCode, stdout } = await openStack([], hung, { target: "fly" }).run(
    ...["up", "--stack", "prod", "--yes", "--limit", "2s", "--grace", "20s"],
  );
  expect(exitCode).toBe(1);
  expect(stdout.split("\n")).toEqual([
    "begun",
    "pulumi: the limit of 2 seconds is over; interrupted. It finishes what it has started.",
    "interrupted",
    "pulumi up took longer than 2 seconds and was interrupted.",
    "Deployment FAILED: the error is above. Next: `npm run ops -- up --stack prod`",
  ]);
});

test("without --yes it previews; a healthy deployment ends with OK", async () => {
  const stack = openStack([], ['echo "$1 done"']);
  const preview = await stack.run("up", "--stack", "prod");
  expect(preview).toMatchObject({
    exitCode: 2,
    stdout: "preview done\nNothing was changed. To deploy: `npm run ops -- up --stack prod --yes`",
  });
  expect(await stack.run("up", "--stack", "prod", "--yes")).toMatchObject({
    exitCode: 0,
    stdout: "up done\nDeployment OK",
  });
});

test("watch looks once, and its last line is the cause", async () => {
  const { exitCode, stdout } = await openStack([refusedWeb, quota], []).run("watch", "--stack", "prod", "--once");
  expect(exitCode).toBe(2);
  expect(stdout.split("\n").at(-1)).toBe(`Watch FAILED: chatwoot-web: quota exceeded. ${next}`);
});
