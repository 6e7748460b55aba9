import { railsConsole } from "../../../ops/troubleshoot/console.ts";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { openClusterStack, pod } from "./cluster-support.ts";
import { commandFlags, globalFlags } from "./kubectl/flags.ts";

/* The troubleshooting commands on Kubernetes, each in its own process, on a strict stand-in for kubectl. */

const hasKubectl = !(await execa("kubectl", ["version", "--client"], { reject: false, timeout: 20_000 })).failed;
// Gives a command a terminal; part of util-linux.
const hasScript = !(await execa("script", ["--version"], { reject: false, timeout: 20_000 })).failed;

test.runIf(hasKubectl).each(Object.entries(commandFlags))(
  "the real kubectl %s has these flags",
  async (command, flags) => {
    const own = await execa("kubectl", [command, "--help"], { timeout: 20_000 });
    const all = await execa("kubectl", ["options"], { timeout: 20_000 });
    for (const name of Object.keys(flags)) expect(own.stdout).toContain(`--${name}=`);
    for (const name of Object.keys(globalFlags)) expect(all.stdout).toContain(`--${name}=`);
  },
);

const queues = {
  queues: [{ name: "default", size: 3, latencySeconds: 2 }],
  retry: 1,
  scheduled: 0,
  dead: 0,
  deadClasses: {},
  served: [],
  overdue: 0,
  healthChecks: 1,
  processes: 1,
};
const redis = {
  pingMs: 0.5,
  version: "7.2.4",
  usedBytes: 1e6,
  maxBytes: 1e8,
  policy: "noeviction",
  evictedKeys: 0,
  listeners: 1,
  online: 2,
  clients: 3,
  maxClients: 100,
  appendOnly: true,
  lastAppend: "ok",
  lastRewrite: "ok",
  lastSnapshot: "ok",
};
const database = {
  selectMs: 1,
  version: "17.2",
  connections: 9,
  maxConnections: 97,
  sizeBytes: 1e9,
  migrations: { latest: "20260102", count: 2, pending: [], unknown: [], codeKnown: true },
  tables: [{ name: "messages", bytes: 1e6, rows: 10 }],
  invalidIndexes: [],
  pendingMail: 0,
  longQueries: [],
};
const programs = { queue: 'smembers("queues")', redis: "maxmemory_policy", db: "READ ONLY" };

describe.each<[keyof typeof programs, object, object, string]>([
  ["queue", queues, { ...queues, dead: 2 }, "WARN dead            2 jobs dead after the last retry"],
  [
    "queue",
    queues,
    { ...queues, overdue: 3 },
    "`kubectl --context eks-prod --namespace chatwoot rollout restart deployment chatwoot-worker`.",
  ],
  [
    "redis",
    redis,
    { ...redis, listeners: 0 },
    "`kubectl --context eks-prod --namespace chatwoot rollout restart deployment chatwoot-web`.",
  ],
  ["redis", redis, { ...redis, policy: "allkeys-lru" }, "WARN policy          allkeys-lru: Redis can evict"],
  ["db", database, { ...database, connections: 97 }, "WARN connections     97 of 97: at 97 new ones are refused"],
])("%s", (command, healthy, unhealthy, expected) => {
  const answering = (facts: object, more: object = {}) => {
    const stack = openClusterStack();
    const stdout = `warning: something\n${JSON.stringify(facts)}\n`;
    stack.cluster.exec.push({ match: programs[command], stdout, ...more });
    return stack;
  };

  test("all checks pass: run in the worker's pod, in the stack's context and namespace, and saved", async () => {
    const { ops, calls, evidence } = answering(healthy);
    const { all, exitCode } = await ops([command]);
    expect([exitCode, all]).toEqual([0, expect.stringMatching(/^prod: .* on pod worker-1\nok /)]);
    for (const line of all.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    for (const call of calls()) expect(call.slice(0, 4)).toEqual(["--context", "eks-prod", "--namespace", "chatwoot"]);
    expect(JSON.parse(evidence()[0]!)).toMatchObject({ stack: "prod", ok: true, facts: healthy });
  });

  test("a check fails: exit code 2 and the fix; the same as JSON", async () => {
    const { ops } = answering(unhealthy);
    const { all, exitCode } = await ops([command]);
    expect([exitCode, all]).toEqual([2, expect.stringContaining(expected)]);
    const { stdout, exitCode: code } = await ops([command, "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([2, expect.objectContaining({ ok: false, facts: unhealthy })]);
  });

  test("the program fails inside the pod: reports it without the password, with the next step", async () => {
    const stderr = "cannot connect to redis://default:planted-password@cache:6379\n";
    const { ops } = answering({}, { exitCode: 1, stdout: "", stderr });
    const { all, exitCode } = await ops([command]);
    expect(exitCode).toBe(1);
    expect(all).toContain("on pod worker-1: failed with exit code 1:");
    expect(all).toMatch(/`npm run ops -- (redis|logs) --stack prod`\.$/);
    expect(all).not.toMatch(/planted-|^ +at /m);
  });
});

test.each<[string, (stack: ReturnType<typeof openClusterStack>) => void, RegExp]>([
  [
    "no pod runs",
    ({ cluster }) => cluster.pods.splice(0, 2),
    /namespace chatwoot: has no running pod of worker or web/,
  ],
  ["an unknown context", ({ cluster }) => (cluster.context = "other"), /context "eks-prod" does not exist/],
  [
    "no API server",
    ({ cluster }) => (cluster.down = "The connection to the server 10.0.0.1:6443 was refused"),
    /was refused\nFix the error and run `npm run ops -- queue --stack prod` again/,
  ],
])("%s: one sentence", async (_, change, expected) => {
  const stack = openClusterStack();
  change(stack);
  const { all, exitCode } = await stack.ops(["queue"]);
  expect([exitCode, all]).toEqual([1, expect.stringMatching(expected)]);
  expect(all).not.toMatch(/^ +at /m);
});

describe("console", () => {
  const line =
    "kubectl --context eks-prod --namespace chatwoot exec --stdin --tty web-1 --container chatwoot-web -- bundle exec rails console";

  test("is printed", async () => {
    const { ops } = openClusterStack();
    expect((await ops(["console", "--print"])).stdout).toBe(line);
    expect((await ops(["console", "--print", "--sandbox"])).stdout).toBe(
      `${line.replace(/ bundle.*/, "")} sh -c '${railsConsole(true)}'`,
    );
  });

  test.runIf(hasScript).each([0, 3])("opens at a terminal, and returns its exit code: %d", async (exitCode) => {
    const { ops, cluster, calls } = openClusterStack();
    cluster.exec.push({ match: "rails console", stdout: "irb(main):001> exit\n", exitCode });
    const result = await ops(["console"], {}, { atTerminal: true });
    expect(result.stdout.replaceAll("\r", "")).toBe(`${line}\nirb(main):001> exit`);
    expect(result.exitCode).toBe(exitCode === 0 ? 0 : 1);
    expect(calls().at(-1)).toEqual(line.split(" ").slice(1));
  });

  test("without a terminal is printed and rejected", async () => {
    const { ops } = openClusterStack();
    const { all, exitCode } = await ops(["console"]);
    expect([exitCode, all]).toEqual([1, expect.stringContaining(`${line}\nconsole: needs an interactive terminal`)]);
  });
});

describe("logs", () => {
  const seeded = () => {
    const stack = openClusterStack();
    const at = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
    stack.cluster.logs["web-1"] = { stdout: `${at(3)} api_access_token=planted-token\n${at(1)} GET /\n` };
    stack.cluster.logs["worker-1"] = { stdout: `${at(2)} redis://default:planted-pass@cache and planted-pass\n` };
    return stack;
  };

  test("of every pod in order of time, without secrets, and saved", async () => {
    const { ops, evidence, calls } = seeded();
    const { stdout, stderr, exitCode } = await ops(["logs", "--since", "90s"]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").map((text) => text.split(" ").slice(1, 3).join(" "))).toEqual([
      "web web-1",
      "worker worker-1",
      "web web-1",
    ]);
    expect(stdout).not.toMatch(/planted-/);
    expect(stderr).toMatch(/^namespace chatwoot: 3 lines since .*chatwoot-kubernetes-logs-\d{8}T\d{6}Z\.log$/m);
    expect(evidence()).toEqual([`${stdout}\n`]);
    expect(calls().at(-1)).toEqual(expect.arrayContaining(["logs", "--since", "90s"]));
  });

  test("of one role; an unknown role is rejected with the known ones", async () => {
    const { ops } = seeded();
    expect((await ops(["logs", "--group", "worker"])).stdout.split("\n")).toHaveLength(1);
    const { all, exitCode } = await ops(["logs", "--group", "workers"]);
    expect([exitCode, all]).toEqual([
      1,
      expect.stringContaining("does not have this group. Use redis or web or worker."),
    ]);
    expect((await ops(["logs", "--app", "x"])).all).toContain("--app x: stack prod is not on Fly. Use --group");
  });

  test("a pod without logs is reported; if no pod has logs, the command fails", async () => {
    const { ops, cluster } = seeded();
    cluster.pods.push(pod("web-2", "web"));
    const refused = { exitCode: 1, stderr: 'container "chatwoot-web" in pod "web-2" is waiting to start' };
    cluster.logs["web-2"] = refused;
    const some = await ops(["logs"]);
    expect([some.exitCode, some.stderr]).toEqual([0, expect.stringContaining("web-2 has no logs: container")]);
    for (const { metadata } of cluster.pods) cluster.logs[metadata.name] = refused;
    const none = await ops(["logs"]);
    expect([none.exitCode, none.all]).toEqual([1, expect.stringContaining("none of its 4 pods has logs")]);
  });
});
