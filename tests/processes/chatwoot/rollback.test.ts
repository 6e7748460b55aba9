import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { newImage, oldImage, openClusterStack, pod, replicaSet } from "./cluster-support.ts";
import { apiToken, listen, openChatwoot, openReceiver, supportEvents, webhookSecret } from "./support.ts";

/* The rollback on Kubernetes with a Chatwoot that has the webhook. The test carries out the deployment. */

interface PulumiCall {
  words: string[];
  path: boolean;
}

async function prepare({ enabled = true }: { enabled?: boolean } = {}) {
  const receiver = await openReceiver();
  const { chatwoot } = await openChatwoot(enabled ? { webhookUrl: receiver.url } : {});
  const ours = chatwoot.state.webhooks[0];
  const outputs = {
    target: "kubernetes",
    url: chatwoot.url,
    account: "HotDash",
    admin: { email: "admin@hotrodan.com", password: "planted-admin" },
    apiToken,
    webhookSecret,
    databaseUrl: "postgresql://chatwoot:planted-db@db:5432/chatwoot",
    redisUrl: "redis://:planted-redis@cache:6379",
    factsDatabaseUrl: null,
    support: { webhookUrl: receiver.url, events: supportEvents, agentUrl: null, webhookEnabled: enabled },
  };
  const stack = openClusterStack({ outputs });
  const { cluster, save } = stack;
  cluster.replicasets.push(
    replicaSet(1, oldImage),
    replicaSet(2, newImage),
    replicaSet(9, "chatwoot/chatwoot:v4.1.0", "chatwoot-worker"),
  );
  const config: Record<string, string> = { "chatwoot:image": newImage };
  const calls: string[] = [];
  /** The number of webhooks at each `up`. */
  const webhooksAtUp: number[] = [];
  const failures = { up: [] as boolean[], config: [] as string[] };
  const url = await listen(
    createServer((request, response) => {
      void text(request).then((body) => {
        const { words, path } = JSON.parse(body) as PulumiCall;
        calls.push(words.join(" "));
        const [command, , key = "", value = ""] = words;
        if (command === "config" && failures.config.includes(key)) return response.writeHead(500).end("no");
        if (command === "config") {
          expect(path).toBe(key.includes("."));
          config[key] = value;
          return response.end();
        }
        webhooksAtUp.push(chatwoot.state.webhooks.length);
        if (failures.up.shift() === true) return response.writeHead(500).end("error: a pod does not become ready");
        cluster.pods = ["web", "worker"].map((role) => pod(`${role}-1`, role, config["chatwoot:image"]));
        const on = config["chatwoot:support.webhookEnabled"] !== "false";
        chatwoot.state.webhooks = on && ours !== undefined ? [ours] : [];
        save();
        return response.end();
      });
    }),
  );
  const rollback = async (...args: string[]) => {
    const result = await stack.ops(["rollback", ...args], { PULUMI_SANDBOX_URL: url });
    expect(result.all).not.toMatch(/planted-/);
    return result;
  };
  return { ...stack, chatwoot, config, calls, webhooksAtUp, failures, rollback };
}

const imageSet = [`config set chatwoot:image ${oldImage}`, `config set chatwoot:uncheckedImage ${oldImage}`];
const webhookSet = (on: boolean): string => `config set chatwoot:support.webhookEnabled ${on}`;

test("shows the plan and changes nothing", async () => {
  const { rollback, calls, chatwoot } = await prepare();
  const { all = "", exitCode } = await rollback();
  expect(exitCode).toBe(2);
  expect(all).toMatch(/^prod: rollback of Deployment chatwoot-web in chatwoot\n/);
  expect(all).toContain(`ok   from            release 2: ${newImage}`);
  expect(all).toContain(`ok   to              release 1: ${oldImage}`);
  expect(all).toContain("WARN schema          migrations may lie between");
  expect(all).toContain("Nothing was changed. To roll back: npm run ops -- rollback --stack prod --yes");
  expect([calls, chatwoot.state.webhooks.length]).toEqual([[], 1]);
  for (const line of all.split("\n"))
    if (!/`|^ {2}(pulumi|npm)/.test(line)) expect(line.length).toBeLessThanOrEqual(80);
});

test("goes back: disables the webhook, deploys, checks health, enables the webhook; and keeps a record", async () => {
  const { rollback, calls, chatwoot, webhooksAtUp, evidence } = await prepare();
  const { stdout, stderr, exitCode } = await rollback("--yes");
  expect([exitCode, stdout]).toEqual([0, `Rollback OK: ${oldImage}`]);
  expect(calls).toEqual([webhookSet(false), ...imageSet, "up", webhookSet(true), "up"]);
  expect(webhooksAtUp).toEqual([0, 0]);
  expect(chatwoot.state.webhooks).toHaveLength(1);
  expect(stderr).toContain(`serves          web web-1 (ready): ${oldImage}`);
  const account = evidence().find((each) => each.includes("startedAt")) ?? "";
  expect(JSON.parse(account)).toMatchObject({ outcome: "done", to: { image: oldImage } });
  expect(account).not.toMatch(/planted-/);
});

test("without a webhook, deploys the given image once", async () => {
  const { rollback, calls } = await prepare({ enabled: false });
  const { exitCode, stdout } = await rollback("--yes", "--json", "--to", "chatwoot/chatwoot:v4.13.0");
  expect(calls).toEqual([
    "config set chatwoot:image chatwoot/chatwoot:v4.13.0",
    "config set chatwoot:uncheckedImage chatwoot/chatwoot:v4.13.0",
    "up",
  ]);
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ outcome: "done" })]);
});

test("a failed deployment: reports which image serves and how to continue in both directions, and leaves the webhook disabled", async () => {
  const { rollback, chatwoot, failures, evidence } = await prepare();
  failures.up.push(true);
  const { all = "", exitCode } = await rollback("--yes");
  expect(exitCode).toBe(1);
  expect(all).toContain("WARN deployment      pulumi up failed with exit code 255");
  expect(all).toContain(`serves          web web-1 (ready): ${newImage}`);
  expect(all).toContain(`pulumi config set --plaintext chatwoot:image ${newImage} --stack prod`);
  expect(all).toContain("Rollback FAILED: the release that serves is named above");
  expect(chatwoot.state.webhooks).toHaveLength(0);
  expect(evidence().join()).toContain('"outcome": "failed"');
});

test("an unhealthy deployment: the webhook stays disabled, with the commands for later", async () => {
  const { rollback, chatwoot, calls } = await prepare();
  chatwoot.faults.push({ match: "^GET /health", status: 503 });
  const { all = "", exitCode } = await rollback("--yes");
  expect(exitCode).toBe(2);
  expect(all).toContain("WARN webhook         stays disabled, because a check failed");
  expect(calls).toEqual([webhookSet(false), ...imageSet, "up"]);
  expect(chatwoot.state.webhooks).toHaveLength(0);
});

test("reports a Chatwoot that does not answer, and a webhook that cannot be restored", async () => {
  const { rollback, chatwoot, failures, calls } = await prepare();
  chatwoot.faults.push({ match: "^GET /api/v1/profile", status: 502, times: 2 });
  failures.up.push(false, true);
  const { all = "", exitCode } = await rollback("--yes");
  expect(exitCode).toBe(2);
  expect(all).toContain("WARN webhook         Chatwoot could not be reached");
  expect(all).toContain("could not be enabled: pulumi up failed with exit code");
  expect(calls).toEqual([webhookSet(false), ...imageSet, "up", webhookSet(true), "up"]);
});

test("a read-only stack file: deploys nothing, and reports which image serves", async () => {
  const { rollback, failures, calls } = await prepare();
  failures.config.push("chatwoot:image");
  const { all = "", exitCode } = await rollback("--yes");
  expect(exitCode).toBe(1);
  expect(calls).not.toContain("up");
  expect(all).toContain("WARN stopped         the rollback could not continue");
  expect(all).toContain(`serves          web web-1 (ready): ${newImage}`);
});

test("no rollback target: one sentence", async () => {
  const { rollback, cluster } = await prepare();
  cluster.replicasets.splice(0, 1);
  const { all, exitCode } = await rollback("--yes");
  expect([exitCode, all]).toEqual([1, expect.stringContaining("has no release with another image")]);
});
