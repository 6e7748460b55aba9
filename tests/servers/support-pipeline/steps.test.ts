import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { preparedState, startChatwoot, type ChatwootStandIn } from "../../../sandbox/chatwoot/chatwoot.ts";
import type { GithubState } from "./gh/state.ts";
import { runProgramHere } from "../../helpers/programs/in-process.ts";

const ghFolder = fileURLToPath(new URL("gh", import.meta.url));

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "support-step-"));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Options {
  inputs: Record<string, string>;
  secrets?: Record<string, string>;
  env?: Record<string, string>;
  args?: string[];
}

async function step(name: string, { inputs, secrets, env = {}, args = [] }: Options) {
  const given = Object.fromEntries(
    Object.entries({ STACK: "staging", ...inputs }).map(([key, value]) => [`STEP_${key}`, value]),
  );
  const { exitCode, stdout, stderr } = await runProgramHere(() => import("../../../components/driver/main.ts"), {
    args: [name, ...args],
    env: {
      PATH: [ghFolder, dirname(process.execPath), process.env.PATH].join(delimiter),
      GH_SANDBOX: folder,
      CHATWOOT_ARTIFACTS_DIR: join(folder, "artifacts"),
      ...given,
      ...env,
    },
    input: secrets === undefined ? "" : JSON.stringify(secrets),
  });
  return { code: exitCode, stdout, stderr };
}

describe("the account's id", () => {
  const token = "planted-token-0123456789";
  async function chatwoot(options: { account?: string } = {}): Promise<ChatwootStandIn> {
    const server = await startChatwoot({ state: preparedState({ apiToken: token, ...options }) });
    closing.push(() => server.stop());
    return server;
  }
  const ask = (url: string, more: Partial<Record<string, string>> = {}, apiToken = token) =>
    step("account", {
      inputs: { URL: url, ACCOUNT: "HotDash", TIMEOUT_SECONDS: "4", ...more },
      secrets: { API_TOKEN: apiToken },
    });

  test("is requested from a starting Chatwoot until it answers", async () => {
    const server = await chatwoot();
    server.faults.push(
      { match: "/api/v1/profile", status: 502, times: 1 },
      { match: "/api/v1/profile", reset: true, times: 1 },
    );
    const { code, stdout, stderr } = await ask(server.url, { TIMEOUT_SECONDS: "20" });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ accountId: 1 });
    expect(stderr).toMatch(/answers 502; waiting up to 20 s/);
    expect(stdout + stderr).not.toContain(token);
  });

  test.each([
    ["a revoked token", {}, "planted-void-token", [], /refuses the generated token \(401\)/],
    ["an unknown account", { ACCOUNT: "Other" }, token, [], /is not in an account named Other/],
    [
      "a sign-in page in front",
      {},
      token,
      [{ match: "profile", status: 302 }],
      /requires a sign-in for the API too[^]*handover\.accountId/,
    ],
    [
      "a page of another service",
      {},
      token,
      [{ match: "profile", body: "<h1>Welcome to nginx</h1>" }],
      /without a profile of Chatwoot, after 4 s/,
    ],
    [
      "a persistent error",
      {},
      token,
      [{ match: "profile", status: 503 }],
      /answers 503, after 4 s[^]*handover\.accountId/,
    ],
  ])("%s: reported, with the next command", async (_, inputs, apiToken, faults, expected) => {
    const server = await chatwoot();
    server.faults.push(...faults);
    const { code, stdout, stderr } = await ask(server.url, inputs, apiToken);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/Then `pulumi up --stack staging`\.$/);
    expect(stderr).not.toContain(apiToken);
  });
});

describe("the agent service", () => {
  async function agent(answers: { status: number; body?: string }[]): Promise<string> {
    let asked = 0;
    const server = createServer((_request, response) => {
      const { status, body = "" } = answers[Math.min(asked++, answers.length - 1)] as { status: number; body?: string };
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const ask = (url: string, version = "") =>
    step("agent", { inputs: { AGENT_URL: url, PATH: "/health", VERSION: version, TIMEOUT_SECONDS: "3" } });
  const version = (text: string) => ({ status: 200, body: JSON.stringify({ version: text }) });

  test.each([
    ["well", [{ status: 200 }], "", { version: null }],
    ["a version in the range", [version("1.4.9")], "^1.4", { version: "1.4.9" }],
    ["a version with a v", [version("v1.4.9")], "1.4.9", { version: "v1.4.9" }],
    ["a version a while after a start", [{ status: 503 }, version("1.5.0")], "^1.4", { version: "1.5.0" }],
  ])("%s allows the deployment", async (_, answers, range, result) => {
    const { code, stdout, stderr } = await ask(await agent(answers), range);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual(result);
  });

  test.each([
    ["dead", "http://127.0.0.1:59999", undefined, "", /refuses connections, after 3 s/],
    ["ill", "", [{ status: 500 }], "", /answers 500, not 200/],
    ["a version that is too old", "", [version("1.3.0")], "^1.4", /has version 1\.3\.0, not \^1\.4/],
    ["no version", "", [{ status: 200, body: "OK" }], "^1.4", /returns no version/],
    ["an invalid version", "", [version("main")], "^1.4", /the version "main", which is not a valid version/],
  ])("%s stops it, with the way to continue without the webhook", async (_, dead, answers, range, expected) => {
    const { code, stderr } = await ask(answers === undefined ? dead : await agent(answers), range);
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/webhookEnabled false --stack staging`\. Then `pulumi up --stack staging`\.$/);
  });
});

describe("environments on GitHub", () => {
  const values = { CHATWOOT_TOKEN_STAGING: "planted-token", CHATWOOT_ACCOUNT_ID_STAGING: "1" };
  const begin = (more: Partial<GithubState> = {}): void =>
    writeFileSync(
      join(folder, "state.json"),
      JSON.stringify({
        hosts: ["github.com"],
        repositories: { "hot/dash": { staging: { OTHERS: "theirs", CHATWOOT_OLD: "x" } } },
        ...more,
      }),
    );
  const state = (): Record<string, string> =>
    (JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as GithubState).repositories["hot/dash"]!["staging"]!;
  const calls = (): string => readFileSync(join(folder, "calls.jsonl"), "utf8");
  const run = (options: Partial<Options> = {}) =>
    step("github", {
      secrets: values,
      ...options,
      inputs: {
        REPOSITORY: "hot/dash",
        ENVIRONMENT: "staging",
        SECRET_NAMES: Object.keys(values).join("\n"),
        ...options.inputs,
      },
    });

  test("get the values on standard input, lose names no longer handed over, and keep others", async () => {
    begin();
    const { code, stdout, stderr } = await run({
      env: { PULUMI_COMMAND_STDOUT: '{"names":["CHATWOOT_OLD","CHATWOOT_GONE"]}' },
    });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ names: Object.keys(values).sort(), removed: ["CHATWOOT_OLD"] });
    expect(state()).toEqual({ OTHERS: "theirs", ...values });
    expect(calls() + stdout + stderr).not.toContain("planted-token");
    const [evidence] = readdirSync(join(folder, "artifacts"));
    expect(evidence).toMatch(/^deployment-\d{8}T\d{6}Z$/);
    const kept = readdirSync(join(folder, "artifacts", evidence!)).map((name) =>
      readFileSync(join(folder, "artifacts", evidence!, name), "utf8"),
    );
    expect(kept.join("\n")).toMatch(/"step": "support-github-hot-dash-staging"[^]*"outcome": "succeeded"/);
    expect(kept.join("\n")).not.toContain("planted-token");
    expect(calls()).toContain('["secret","set","CHATWOOT_TOKEN_STAGING","--env","staging","--repo","hot/dash"]');
  });

  test("lose every managed name when the hand-over is removed, also the second time", async () => {
    begin();
    await run();
    expect((await run({ args: ["--delete"] })).code).toBe(0);
    expect(state()).toEqual({ OTHERS: "theirs", CHATWOOT_OLD: "x" });
    expect((await run({ args: ["--delete"] })).code).toBe(0);
  });

  test.each([
    [
      "no signed-in user",
      { hosts: [] },
      {},
      /gh: is not signed in to github\.com[^]*gh auth login --hostname github\.com/,
    ],
    ["another host", {}, { REPOSITORY: "git.example.com/hot/dash" }, /not signed in to git\.example\.com/],
    [
      "an unknown environment",
      {},
      { ENVIRONMENT: "prod" },
      /environment prod of hot\/dash: does not exist[^]*under Environments/,
    ],
    [
      "a secret that cannot be set",
      { failOn: "CHATWOOT_TOKEN_STAGING" },
      {},
      /gh secret set CHATWOOT_TOKEN_STAGING: failed:\n.*HTTP 403: \[secret\]/,
    ],
  ])("%s: reported before or where it fails, without a value", async (_, more, inputs, expected) => {
    begin(more);
    const { code, stderr } = await run({ inputs });
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/Then `pulumi up --stack staging`\.$/);
    expect(stderr).not.toContain("planted-token");
  });

  test("a missing gh is reported", async () => {
    const { code, stderr } = await run({ env: { PATH: dirname(process.execPath) } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /gh: is not installed\. Install it from https:\/\/cli\.github\.com, or remove chatwoot:support/,
    );
  });

  test("a missing gh at the removal names a way that is not the one just taken", async () => {
    const { code, stderr } = await run({ args: ["--delete"], env: { PATH: dirname(process.execPath) } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/gh: is not installed\. .* or delete the secrets .*`pulumi state delete`/);
    expect(stderr).not.toContain("remove chatwoot:support");
  });
});
