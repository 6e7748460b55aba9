import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectFolder } from "../../../lib/project-folder.ts";
import { workflow as pipelineWorkflow } from "../../../ops/pipeline/workflow.ts";
import { installs, rules, type Job, type Step, type Workflow } from "./rules.ts";

const folder = join(projectFolder, ".github");
const read = (file: string): unknown => parse(readFileSync(join(folder, file), "utf8"));
const schedules = { check: "*/15 * * * *", report: "0 9 * * 1" } as never;
const workflows: [file: string, workflow: Workflow][] = [
  ...readdirSync(join(folder, "workflows")).map((file): [string, Workflow] => [
    file,
    read(`workflows/${file}`) as Workflow,
  ]),
  // Made from those of this repository; only the place of the scripts differs.
  ...readdirSync(join(projectFolder, "template/.github/workflows")).map((file): [string, Workflow] => [
    `template's ${file}`,
    parse(
      readFileSync(join(projectFolder, "template/.github/workflows", file), "utf8").replaceAll(
        "node_modules/chatwoot-pulumi/",
        "",
      ),
    ) as Workflow,
  ]),
  [
    "of `pipeline workflow`",
    parse(pipelineWorkflow({ stack: "prod", schedules, targets: {} as never }, "DATABASE_URL_PROD")) as Workflow,
  ],
];

describe.each(workflows)("%s", (_file, workflow) => {
  test.each(Object.entries(rules))("%s", (_rule, violations) => expect(violations(workflow)).toEqual([]));
});

test.each(readdirSync(join(folder, "actions")))(
  "action %s installs nothing without its lockfile, digest or key",
  (name) => {
    const { runs } = read(`actions/${name}/action.yml`) as { runs: { steps: Step[] } };
    expect(runs.steps.flatMap(({ run = "" }) => installs(run))).toEqual([]);
    expect(
      runs.steps.filter(
        ({ run, env }) => /\bsecrets\b|\$\{\{/.test(run ?? "") || JSON.stringify(env ?? {}).includes("secrets"),
      ),
    ).toEqual([]);
  },
);

test("every workflow is known to a rule: one has an environment for each trigger", () => {
  const environments = workflows.flatMap(([, { jobs }]) =>
    Object.values(jobs).flatMap(({ environment }) => environment ?? []),
  );
  expect(environments.filter((name) => JSON.stringify(name).endsWith('-preview"'))).toHaveLength(2);
  expect(environments.filter((name) => JSON.stringify(name).endsWith('-checks"')).length).toBeGreaterThan(3);
});

const secret = "${{ secrets.PULUMI_CONFIG_PASSPHRASE }}";
const digest = "a".repeat(40);
const command = "scripts/ci/confidential.sh deploy scripts/ci/deploy.sh";
const safe: Step = { run: command, env: { PULUMI_CONFIG_PASSPHRASE: secret } };
const evidence: Step = { run: "scripts/ci/evidence.sh" };
const upload = (path: string): Step => ({ uses: `actions/upload-artifact@${digest}`, with: { path } });
const job = (change: Partial<Job> = {}): Job => ({
  "timeout-minutes": 5,
  permissions: { contents: "read" },
  steps: [],
  ...change,
});
const one = (change: Partial<Job>, on: Workflow["on"] = "schedule", more: Partial<Workflow> = {}): Workflow => ({
  on,
  permissions: {},
  jobs: { job: job(change) },
  ...more,
});
const person =
  "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.type != 'Bot' && github.event.sender.type != 'Bot'";
const compare: Step = { run: 'gh api "repos/$GITHUB_REPOSITORY/compare/$MAIN...$GITHUB_SHA"' };
const release = (types: string[], deploy: Partial<Job>, check: Step[] = [compare]): Workflow => ({
  on: { release: { types } },
  permissions: {},
  jobs: { check: job({ steps: check }), deploy: job({ environment: "prod", needs: "check", ...deploy }) },
});

/** A workflow that each rule accepts, and ones that it must not. */
const planted: Record<keyof typeof rules, [good: Workflow, ...bad: Workflow[]]> = {
  "a secret reaches only the step that needs it": [
    one({ environment: "a-checks", steps: [safe] }),
    one({ environment: "a-checks", env: { A: secret } }),
    one({}, "schedule", { env: { A: secret } }),
    one({ environment: "a-checks", env: { A: "${{ toJSON(secrets) }}" } }),
    one({ environment: "a-checks", env: { A: "${{ secrets['A'] }}" } }),
    one({ secrets: "inherit", uses: "./.github/workflows/a.yml", env: { A: "${{ SECRETS.A }}" } }),
    one({ environment: "a-checks", services: { a: { image: secret } } }),
    one({ environment: "a-checks", steps: [{ run: `echo ${secret}` }] }),
    one({ environment: "a-checks", steps: [{ if: "secrets.A != ''", run: "a" }] }),
  ],
  "a secret is one of an environment": [
    one({ environment: "a-checks", steps: [safe] }),
    one({ steps: [safe] }),
    one({ steps: [{ uses: "./.github/actions/credentials", with: { kubeconfig: secret } }] }),
    one({ steps: [{ run: "a", env: { A: "${{ toJSON(secrets) }}" } }] }),
  ],
  "an environment belongs to its trigger": [
    one({ environment: "${{ matrix.stack }}-preview" }, "pull_request"),
    one({ environment: "prod" }, "pull_request"),
    one({ environment: "prod-checks" }, ["pull_request"]),
    one({ environment: { name: "prod" } }, { pull_request: null }),
    one({ environment: "prod-preview" }, "schedule"),
    one({ environment: "prod" }, { workflow_dispatch: null }),
    one({ environment: "prod-preview" }, "push"),
    one({ environment: "prod-checks" }, "issue_comment"),
    one({ environment: "prod-preview" }, "pull_request_target"),
  ],
  "credentials of a preview need a person's own branch": [
    one({ environment: "a-preview", if: person.replaceAll(" && ", " &&\n") }, "pull_request"),
    one({ environment: "a-preview" }, "pull_request"),
    one({ environment: "a-preview", if: person.split(" && ")[0]! }, "pull_request"),
    one({ environment: "a-preview", if: `${person} || always()` }, "pull_request"),
    one({ environment: "a-preview", if: person.replace("!=", "==") }, "pull_request"),
  ],
  "a trigger with the repository's rights runs no code of a pull request": [
    one({ steps: [{ uses: `actions/checkout@${digest}`, with: {} }, { run: "scripts/ci/a.sh" }] }, "workflow_run"),
    one({}, "pull_request_target"),
    one({}, "issue_comment"),
    one(
      { steps: [{ uses: `actions/checkout@${digest}`, with: { ref: "${{ github.event.workflow_run.head_sha }}" } }] },
      "workflow_run",
    ),
    one({ steps: [{ uses: `actions/checkout@${digest}`, with: { repository: "fork/a" } }] }, "workflow_run"),
    one({ steps: [{ run: "git fetch origin pull/1/head && git checkout FETCH_HEAD" }] }, "workflow_run"),
    one({ steps: [{ run: "npm ci" }] }, "workflow_run"),
    one({ environment: "a" }, "workflow_run"),
    one({ permissions: { contents: "write" } }, "workflow_run"),
  ],
  "only what is released and on the default branch is deployed": [
    release(["released"], {}),
    release(["published"], {}),
    release(["released", "prereleased"], {}),
    release(["released"], { needs: [] }),
    release(["released"], { needs: "other" }),
    release(["released"], { if: "always()" }),
    release(["released"], {}, []),
    release(["released"], {}, [{ ...compare, if: "github.event_name == 'push'" }]),
    one({ environment: "prod" }, { release: null }),
  ],
  "output about an installation is shown in private repositories alone": [
    one({
      environment: "a-checks",
      steps: [safe, { uses: "./.github/actions/credentials", with: { kubeconfig: secret } }],
    }),
    one({ environment: "a-checks", steps: [{ ...safe, run: "scripts/ci/drift.sh a" }] }),
    one({ environment: "a-checks", steps: [{ ...safe, run: `${command}; pulumi stack` }] }),
    one({ environment: "a-checks", steps: [{ ...safe, run: `${command} | cat` }] }),
    one({ environment: "a-checks", steps: [{ ...safe, run: `${command}\npulumi stack` }] }),
    one({ environment: "a-checks", steps: [{ ...safe, run: `${command} > "$GITHUB_STEP_SUMMARY"` }] }),
    one({ environment: "a-checks", steps: [{ run: 'cat a >> "$GITHUB_STEP_SUMMARY"' }] }),
    one({ environment: "a-checks", steps: [{ uses: `pulumi/actions@${digest}`, env: { A: secret } }] }),
    one({ environment: "a-checks", steps: [{ uses: `other/action@${digest}`, with: { token: secret } }] }),
  ],
  "artifacts about an installation are encrypted": [
    one({ environment: "a-checks", steps: [evidence, upload("upload/")] }),
    one({ environment: "a-checks", steps: [upload("upload/")] }),
    one({ environment: "a-checks", steps: [upload("upload/"), evidence] }),
    one({ environment: "a-checks", steps: [evidence, upload("artifacts/")] }),
    one({ environment: "a-checks", steps: [evidence, upload("artifacts/\nupload/")] }),
    one({ environment: "a-checks", steps: [{ run: "scripts/ci/drift.sh > drift.md" }, upload("drift.md")] }),
    one({
      environment: "a-checks",
      steps: [evidence, { uses: `actions/cache@${digest}`, with: { path: "artifacts" } }],
    }),
  ],
  "a job writes only with the permissions of its task": [
    one({ environment: "a-checks", permissions: { "id-token": "write" } }),
    one({ environment: "a-checks", permissions: { issues: "write" } }),
    one({ permissions: { "id-token": "write" } }),
    one({ permissions: { "pull-requests": "write" } }, "pull_request"),
    one({ permissions: { packages: "write" } }),
    { on: "push", permissions: {}, jobs: { a: { "timeout-minutes": 1 } } },
  ],
  "nothing is installed without its lockfile, digest or key": [
    one({
      services: { a: { image: `a:1@sha256:${"0".repeat(64)}` } },
      steps: [{ run: "npm ci --ignore-scripts --no-audit" }, { uses: `a/b@${digest}` }],
    }),
    one({ services: { a: { image: "postgres:17" } } }),
    one({ container: "node:24" }),
    one({ container: { image: "node:24" } }),
    one({ uses: "other/repository/.github/workflows/a.yml@main" }),
    one({ steps: [{ uses: "actions/checkout@v7" }] }),
    one({ steps: [{ run: "npm ci" }] }),
    one({ steps: [{ run: "npm install x --ignore-scripts" }] }),
    one({ steps: [{ run: "set -e\ncurl -fsSL https://example.com/a.sh | sh" }] }),
    one({ steps: [{ run: "sudo apt-get install -y jq" }] }),
    one({ steps: [{ run: "npx --yes cowsay" }] }),
    one({ steps: [{ run: "docker run x" }] }),
  ],
  "a run has no expression, and a checkout keeps no token": [
    one({ steps: [{ uses: `actions/checkout@${digest}`, with: { "persist-credentials": false } }] }),
    one({ steps: [{ run: "echo ${{ github.head_ref }}" }] }),
    one({ steps: [{ uses: `actions/checkout@${digest}` }] }),
    one({ steps: [{ uses: `actions/checkout@${digest}`, with: { "persist-credentials": "false" } }] }),
  ],
  "no permission by default, a time limit for every job": [
    one({}),
    one({}, "push", { permissions: "write-all" }),
    one({}, "push", { permissions: undefined }),
    one({ "timeout-minutes": 0 }),
  ],
};

describe.each(Object.entries(planted))("%s", (rule, [good, ...bad]) => {
  const violations = rules[rule]!;
  test("accepts", () => expect(violations(good)).toEqual([]));
  test.each(bad.map((workflow) => [JSON.stringify(workflow.jobs), workflow] as const))(
    "finds %s",
    (_text, workflow) => {
      expect(violations(workflow)).not.toEqual([]);
    },
  );
});

test("every rule has planted workflows", () => expect(Object.keys(planted)).toEqual(Object.keys(rules)));
