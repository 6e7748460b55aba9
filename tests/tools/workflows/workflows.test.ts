import { execa } from "execa";
import { chmod, copyFile, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import vitestConfig from "../../../vitest.config.ts";
import { projectFolder } from "../../../lib/project-folder.ts";
import { buildActionlint } from "kubernetes-sandbox/tools";
import { toolCache } from "../../../preview/tool-cache.ts";

const github = join(projectFolder, ".github");
const template = join(projectFolder, "template", ".github");
const workflows = (
  await Promise.all(
    [github, template].map(async (folder) =>
      (await readdir(join(folder, "workflows"))).map((file) => join(folder, "workflows", file)),
    ),
  )
).flat();
const setup = join(github, "actions", "setup", "action.yml");
const tools = join(github, "actions", "tools", "action.yml");
const script = (name: string): string => join(projectFolder, "scripts", "ci", name);

test("actionlint finds nothing", async () => {
  const actionlint = await buildActionlint(toolCache);
  const found = await execa(actionlint, ["-no-color", ...workflows], {
    cwd: projectFolder,
    reject: false,
    timeout: 60_000,
  });
  expect(found).toMatchObject({ stdout: "", exitCode: 0 });
});

test.each([...workflows, setup, tools])("%s: every action is pinned by its digest", async (file) => {
  const used = [...(await readFile(file, "utf8")).matchAll(/uses: (.+)/g)].map(([, action]) => action ?? "");
  expect(used.filter((action) => !/^(\.\/|[\w./-]+@[0-9a-f]{40} # v?\d)/.test(action))).toEqual([]);
});

test.each(workflows)("%s: no permission by default, and none for code of the contents", async (file) => {
  const { permissions, jobs } = parse(await readFile(file, "utf8")) as {
    permissions: unknown;
    jobs: Record<string, { permissions: Record<string, string>; "timeout-minutes"?: number }>;
  };
  expect(permissions).toEqual({});
  for (const job of Object.values(jobs)) {
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
    expect(job.permissions["contents"] ?? "none").not.toBe("write");
  }
});

test("the CLI has the SDK's version", async () => {
  const { dependencies } = JSON.parse(await readFile(join(projectFolder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(await readFile(setup, "utf8")).toContain(`pulumi-version: ${dependencies["@pulumi/pulumi"] ?? "none"}\n`);
});

test("the tests' workflow has a job for each project of Vitest", async () => {
  const { jobs } = parse(await readFile(join(github, "workflows", "test.yml"), "utf8")) as {
    jobs: { test: { strategy: { matrix: { project: string[] } } } };
  };
  const projects = (vitestConfig.test?.projects ?? []) as { test: { name: string } }[];
  expect(projects.length).toBeGreaterThan(3);
  expect(jobs.test.strategy.matrix.project).toEqual(projects.map(({ test }) => test.name));
});

let folder: string;
const env = (): Record<string, string> => ({
  PATH: `${folder}:${process.env["PATH"] ?? ""}`,
  RUNNER_TEMP: folder,
  DEPLOY_GRACE: "5s",
  DEPLOY_LIMIT: "20s",
});

/** Replaces the CLI on PATH. The configuration that it prints names no cluster. */
async function command(name: string, ...lines: string[]): Promise<void> {
  const configuration = '[ "$1" = config ] && exec echo "{}"';
  await writeFile(join(folder, name), ["#!/usr/bin/env bash", configuration, ...lines, ""].join("\n"));
  await chmod(join(folder, name), 0o755);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "workflows-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const slow = [
  'trap "echo interrupted; sleep 1; echo ended well; exit 0" INT',
  "echo begun",
  "while :; do sleep 0.1; done",
];
const log = (): Promise<string> => readFile(join(folder, "pulumi-up.log"), "utf8").catch(() => "");

test("a deployment outlives a killed step, and is interrupted, not killed", async () => {
  await command("pulumi", ...slow);
  const step = execa(script("deploy.sh"), ["run", "staging"], { env: env(), reject: false, timeout: 60_000 });
  while (!(await log()).includes("begun")) await sleep(50);
  step.kill("SIGINT");
  await step;
  expect(await log()).not.toContain("interrupted");
  await execa(script("deploy.sh"), ["interrupt"], { env: env(), timeout: 60_000 });
  expect(await log()).toBe("begun\ninterrupted\nended well\nDeployment OK\n");
});

test("interrupts a deployment at its time limit; one that fails prints its output and its code", async () => {
  await rm(join(folder, "pulumi-up.log"), { force: true });
  const hung = await execa(script("deploy.sh"), ["run", "staging"], {
    env: { ...env(), DEPLOY_LIMIT: "1s" },
    reject: false,
    timeout: 60_000,
  });
  expect(hung.exitCode).toBe(1);
  expect(hung.stdout).toMatch(
    /^begun\n.*\ninterrupted\nended well\n.*took longer than 1 seconds[^]*\nDeployment FAILED/,
  );
  await command("pulumi", 'echo "$*"', "exit 7");
  const failed = await execa(script("deploy.sh"), ["run", "prod"], { env: env(), reject: false, timeout: 60_000 });
  expect(failed).toMatchObject({
    exitCode: 1,
    stdout: [
      `up --yes --stack prod --non-interactive --diff --suppress-outputs --policy-pack policy --event-log ${folder}/pulumi-events.jsonl`,
      "pulumi up failed with exit code 7.",
      "Deployment FAILED: the error is above. Next: `npm run ops -- up --stack prod`",
    ].join("\n"),
  });
});

test("the page about a deployment is made from its log, which contains secrets and is deleted", async () => {
  const recorded = join(projectFolder, "packages", "report", "tests", "recorded");
  const report = (): Promise<unknown> =>
    execa(script("deploy.sh"), ["report", "staging"], {
      cwd: projectFolder,
      env: { ...env(), CHATWOOT_ARTIFACTS_DIR: join(folder, "artifacts") },
      timeout: 120_000,
    });
  // Nothing was deployed, so there is nothing to report.
  await report();
  expect(await readdir(folder)).not.toContain("artifacts");
  for (const [knows, arrows] of [
    [`cp ${recorded}/change.state.json "\${@: -1}"`, true],
    ["exit 255", false],
  ] as const) {
    await command("pulumi", knows);
    await copyFile(join(recorded, "change.jsonl"), join(folder, "pulumi-events.jsonl"));
    await report();
    const page = await readFile(join(folder, "artifacts", "report-staging.html"), "utf8");
    expect(page).toContain("dev: up succeeded");
    expect(page.includes("There are no arrows")).toBe(!arrows);
    expect((await readdir(folder)).filter((name) => /events|state/.test(name))).toEqual([]);
  }
});

const expected = "error: no changes were expected but changes were proposed";
const cases: [what: string, preview: string, drift: string, code: number, shown: RegExp][] = [
  ["no difference", "exit 0", "exit 0", 0, /^$/],
  [
    "a difference in Pulumi's view",
    `echo "~ web"; echo "${expected}"; exit 255`,
    "exit 0",
    0,
    /^### Pulumi\n[^]*~ web/,
  ],
  [
    "a difference in what runs",
    "exit 0",
    'echo "memory 512"; exit 2',
    0,
    /^### What runs\n[^]*memory 512[^]*npm run ops -- drift --stack staging/,
  ],
  ["a failed preview", "echo no credentials; exit 255", "exit 0", 1, /^$/],
  ["an unreadable deployment", "exit 0", "exit 1", 1, /^$/],
];

test.each(cases)("drift: %s", async (_what, preview, drift, code, shown) => {
  await command("pulumi", preview);
  await command("npm", drift);
  const { stdout, exitCode } = await execa(script("drift.sh"), ["staging"], {
    env: env(),
    reject: false,
    timeout: 60_000,
  });
  expect(exitCode).toBe(code);
  expect(stdout).toMatch(shown);
});
