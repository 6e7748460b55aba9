import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadOutputs, type OpenOutputs } from "../../ops/lib/stack/outputs.ts";
import { passphrase } from "../../sandbox/cli/prepare.ts";
import { programs } from "../../sandbox/database/programs.ts";
import { flyctlBinFolder } from "flyctl-stand-in";
import { kubectlFolder } from "kubernetes-sandbox/tools";
import { openKube } from "./cluster.ts";
import { openSandbox, type RunOptions } from "./support.ts";
import { toolCache } from "../../preview/tool-cache.ts";

/*
 * The operators' troubleshooting commands on both stacks: the real programs run inside simulated containers, by the
 * real kubectl and the stand-in of flyctl, against a real PostgreSQL and a real Redis. Rollback and rotation run by the
 * embedded engine.
 */

const buildLimitMs = 1_800_000;
const runSeconds = 600;
const minutes = { timeout: 2 * runSeconds * 1000 };
const app = "hotdash-chatwoot";
const before = "chatwoot/chatwoot:v4.16.2";
const after = "chatwoot/chatwoot:v4.17.1";
const newer: RunOptions = { overlay: { config: { "chatwoot:image": after } } };
const older: RunOptions = { overlay: { config: { "chatwoot:image": before } } };

// Gives a command a terminal; part of util-linux.
const hasScript = !(await execa("script", ["--version"], { reject: false, timeout: 20_000 })).failed;

const sandbox = openSandbox({ sharedCluster: true });
const { namespace } = sandbox;
const artifacts = { CHATWOOT_ARTIFACTS_DIR: join(sandbox.root, "artifacts") };
const up = (stack: string, { overlay }: RunOptions) => sandbox.runHere("up", stack, { ...(overlay && { overlay }) });

/** A command as an operator types it; it must end with `exit`. */
async function ops(stack: string, words: string, exit = 0, options: RunOptions = newer): Promise<string> {
  const args = ["ops", ...words.split(" "), "--stack", stack];
  const { output } = await sandbox.run(args, { ...options, exit, env: artifacts, limitSeconds: runSeconds });
  expect(output).not.toMatch(/^ +at /m);
  for (const secret of Object.values(await secretsOf(stack))) expect(output).not.toContain(secret);
  return output;
}

function outputsOf(stack: string): Promise<OpenOutputs> {
  Object.assign(process.env, {
    CHATWOOT_STATE_FILE: sandbox.folders.state(stack),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  });
  return loadOutputs(stack);
}

async function secretsOf(stack: string) {
  const { apiToken, databaseUrl, redisUrl } = await outputsOf(stack);
  const password = (url: string): string => new URL(url).password;
  return { apiToken, database: password(databaseUrl), redis: password(redisUrl) };
}

const kept = (name: string): string[] =>
  readdirSync(join(sandbox.root, "artifacts", "ops")).filter((file) => file.startsWith(name));

beforeAll(async () => {
  // Missing tools are built and downloaded first, so that no command has to wait for them.
  await kubectlFolder(toolCache);
  for (const set of ["ruby", "redis", "postgresql"] as const) await programs(set);
  await up("staging", older);
  await up("prod", older);
}, buildLimitMs);
afterAll(() => sandbox.dispose(), minutes.timeout);

const targets = [
  { stack: "staging", where: /machine [0-9a-f]{14}/, workers: "1 Sidekiq process" },
  { stack: "prod", where: /pod chatwoot-worker-\S+/, workers: "2 Sidekiq processes" },
];

describe.each(targets)("on $stack", ({ stack, where, workers }) => {
  test.each([
    ["queue", `ok   workers         ${workers}\nok   depth           0 jobs wait`],
    ["redis", "ok   append-only     on, the last write succeeded"],
    ["db", "-    migrations      1 version"],
  ])("%s queries the real server from inside, and is readable in 80 columns", async (command, expected) => {
    const printed = await ops(stack, command, 0, older);
    const [first = ""] = printed.split("\n").filter((line) => line.startsWith(`${stack}: `));
    expect(first).toMatch(where);
    expect(printed).toContain(expected);
    for (const line of printed.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(kept(`chatwoot-${command}-`)).not.toEqual([]);
  });

  test("logs prints the logs, and saves them", async () => {
    const printed = await ops(stack, "logs --since 2h --group web", 0, older);
    expect(printed).toMatch(
      stack === "prod" ? / web chatwoot-web-\S+ started chatwoot\/chatwoot:v4/ : / web .* Machine started/,
    );
    expect(printed).not.toMatch(/ worker /);
  });

  test.runIf(hasScript)(
    "console opens irb on the stack's database at a terminal, and reports that Rails is missing",
    async () => {
      const words = `node sandbox/cli/main.ts ops console --stack ${stack} ${stack === "prod" ? "--sandbox" : ""}`;
      const { all, exitCode } = await execa("script", ["-qec", words, "/dev/null"], {
        env: { CHATWOOT_SANDBOX_DIR: sandbox.folders.root, ...artifacts, NO_COLOR: "1" },
        input: 'puts 6 * 7\nActiveRecord::Base.connection.select_value("SELECT 1 + 1").to_s + "x"\nexit\n',
        all: true,
        reject: false,
        timeout: runSeconds * 1000,
      });
      expect([exitCode, all]).toEqual([0, expect.stringContaining("without\r\nChatwoot's models")]);
      expect(all).toContain("bundle exec rails console");
      expect(all).toContain("42");
      expect(all).toContain('=> "2x"');
      expect(all.includes("all is undone at the end")).toBe(stack === "prod");
    },
  );

  test("rotate generates another token, and Chatwoot accepts it", minutes, async () => {
    const { apiToken: first } = await outputsOf(stack);
    const printed = await ops(stack, "rotate apiToken --yes", 0, older);
    expect(printed).toContain("ok      API token       works");
    expect(printed).toContain("Rotation of apiToken OK");
    const { apiToken: second } = await outputsOf(stack);
    expect(second).not.toBe(first);
    expect(printed).not.toContain(first);
  });

  test("a rollback to an unknown release is rejected, and nothing changes", async () => {
    const printed = await ops(stack, "rollback --to 99 --yes", 1, older);
    expect(printed).toMatch(/--to 99: .* does not have this release\. Use [\d, ]+\./);
  });
});

test("staging: a failed rollback prints what serves; after the fix it completes", minutes, async () => {
  await up("staging", newer);
  sandbox.fly.setFaults({ releaseCommand: { exitCode: 1, logs: ["PG::ConnectionBad"] } });
  const failed = await ops("staging", "rollback --yes", 1);
  expect(failed).toMatch(/WARN deployment +pulumi up failed with exit code 1; the stack file keeps the\n/);
  expect(failed.replaceAll(/\s+/g, " ")).toMatch(new RegExp(`ok serves web \\w+ \\(started\\): ${after}`));
  expect(failed).toContain("Rollback FAILED: the release that serves is named above");
  const again = /`npm run ops -- (rollback) --stack staging (--to \S+ --yes --webhook)`/.exec(
    failed.replaceAll(/\s+/g, " "),
  );

  sandbox.fly.setFaults({});
  const done = await ops("staging", `${again![1]} ${again![2]}`);
  expectDone(done);
  expect((await up("staging", newer)).output).toMatch(/^\d+ unchanged in /m);
  const { image } = await outputsOf("staging");
  expect(image).toMatch(new RegExp(`^${before}`));
  expect(await ops("staging", "health")).toContain("Chatwoot health check OK");
});

test("prod: a rollback finishes, and is kept", minutes, async () => {
  await up("prod", newer);
  expectDone(await ops("prod", "rollback --yes"));
  const { output } = await up("prod", newer);
  expect(output).toContain("Set by `pulumi config set` in this sandbox: chatwoot:support, chatwoot:image");
  expect(output).toMatch(/^\d+ unchanged in /m);
  expect(await outputsOf("prod")).toMatchObject({ image: before });
  expect(await ops("prod", "health")).toContain("Chatwoot 4.16.2");
});

/** Every step of a rollback with a webhook, in order. */
function expectDone(printed: string): void {
  const done = printed.slice(printed.indexOf("dead letters"));
  const steps = [...done.matchAll(/^(ok|WARN) +(webhook|stack file|deployment|health) /gm)];
  const names = steps.map(([, state, name]) => `${state} ${name}`);
  expect(names).toEqual(["ok webhook", "ok stack file", "ok deployment", "ok health", "ok webhook", "ok health"]);
  expect(printed).toContain(`Rollback OK: ${before}`);
}

describe("an unreachable part is one sentence", () => {
  const byHand = (...args: string[]) =>
    execa(join(flyctlBinFolder, "flyctl"), [...args, "--app", app], {
      env: {
        FLYCTL_SANDBOX_DIR: sandbox.folders.fly,
        FLY_CONFIG_DIR: join(sandbox.folders.flyConfig, app),
        FLY_API_TOKEN: "sandbox",
      },
      timeout: 60_000,
    });

  test("staging: Redis rejects the password, no Redis, no machine", minutes, async () => {
    const { redisUrl } = await outputsOf("staging");
    const wrong = redisUrl.replace(/:[^:@/]+@/, ":planted-wrong@");
    await byHand("secrets", "set", `REDIS_URL=${wrong}`);
    const refused = await ops("staging", "redis", 1);
    expect(refused).toMatch(/Redis on machine \w+: failed with exit code 1:/);
    expect(refused).toMatch(/WRONGPASS|invalid username-password/);
    expect(refused).not.toContain("planted-wrong");
    await byHand("secrets", "set", `REDIS_URL=${redisUrl}`);
    expect(await ops("staging", "redis")).toContain("ok   ping");

    const { machines } = sandbox.fly.state().apps[app]!;
    await byHand("machine", "stop", ...machines.map(({ id }) => id));
    const stopped = await ops("staging", "queue", 1);
    expect(stopped).toContain(`app ${app}: has no started machine of web or worker`);
    expect(await ops("staging", "console", 1)).toContain("has no started machine");
    await byHand("machine", "start", ...machines.map(({ id }) => id));
  });

  test("prod: Redis is down, and then no pod runs", minutes, async () => {
    const kubectl = async (...args: string[]) =>
      execa("kubectl", ["--namespace", namespace, ...args], {
        env: {
          KUBECONFIG: join(sandbox.folders.cluster, "kubeconfig"),
          PATH: [await kubectlFolder(toolCache), process.env["PATH"]].filter(Boolean).join(delimiter),
        },
        reject: false,
        timeout: 120_000,
      });
    const kube = await openKube(sandbox);
    const podsOf = async (role: string): Promise<number> =>
      (await kube.list("Pod")).filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"] === role)
        .length;
    const until = (role: string) => expect.poll(() => podsOf(role), { timeout: 120_000 }).toBe(0);

    await kubectl("scale", "statefulset", "chatwoot-redis", "--replicas", "0");
    await until("redis");
    const down = await ops("prod", "queue", 1);
    expect(down).toMatch(/Sidekiq on pod chatwoot-worker-\S+: failed with exit code 1:/);
    expect(down).toMatch(/refused/);
    expect(down).toContain("Check Redis, which holds the queues: `npm run ops -- redis --stack prod`");

    // Only the container's own programs could run in it, and only while their servers run.
    const others = await kubectl("exec", "chatwoot-db-1", "--", "ls", "/");
    expect([others.exitCode, others.stderr]).toEqual([127, expect.stringContaining("only Ruby programs")]);
    const [web] = (await kube.list("Pod")).filter(({ metadata }) => metadata.name.startsWith("chatwoot-web-"));
    const none = await kubectl("exec", web!.metadata.name, "--", "bundle", "exec", "ruby", "-e", "puts 1");
    expect([none.exitCode, none.stderr]).toEqual([127, expect.stringContaining("no servers are running")]);

    await kubectl("scale", "deployment", "chatwoot-web", "chatwoot-worker", "--replicas", "0");
    await until("web");
    await until("worker");
    expect(await ops("prod", "redis", 1)).toContain(`namespace ${namespace}: has no running pod of worker or web`);
    kube.close();
  });
});

test("leaves no server, and no file about one", () => {
  for (const folder of [sandbox.folders.fly, sandbox.folders.cluster])
    expect(readdirSync(folder)).not.toContain("inside-servers.json");
  expect(readdirSync(sandbox.folders.fly)).not.toContain("inside.json");
});
