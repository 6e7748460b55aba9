import { execa } from "execa";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectFolder } from "../../../lib/project-folder.ts";
import { reviewProblems, type Environment, type Repository } from "../../../ops/cutover/review-rules.ts";
import { reviewed } from "../../../ops/cutover/review.ts";

let folder: string;
const path = process.env["PATH"] ?? "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "environments-"));
  process.env["PATH"] = `${folder}:${path}`;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** A `gh` with the part of GitHub's API that both the script and the check use; its state is a file. */
const gh = `#!/usr/bin/env node
const fs = require("node:fs");
const file = process.argv[1] + ".json";
const state = JSON.parse(fs.readFileSync(file, "utf8"));
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const method = args.includes("--method") ? option("--method") : "GET";
const path = args.find((each) => /^(repos|orgs|users)/.test(each)).replace(/\\?.*/, "").replace("repos/{owner}/{repo}", "");
const body = args.includes("--input") ? JSON.parse(fs.readFileSync(0, "utf8"))
  : Object.fromEntries(args.flatMap((each, i) => (args[i - 1] === "-f" ? [each.split("=")] : [])));
const [, , name, part, id] = path.split("/");
const environment = (state.environments[name ?? ""] ??= { secrets: ["KUBECONFIG"], variables: [], policies: [] });
const names = (list) => list.map((name) => ({ name }));
const jq = (value) => console.log(args.includes("--jq") ? value.text : JSON.stringify(value.json));
if (/^(orgs|users)/.test(path)) jq({ text: "7" });
else if (path === "") jq({ text: "main", json: { default_branch: "main" } });
else if (method === "PUT") Object.assign(environment, body);
else if (method === "POST") environment.policies.push({ id: environment.policies.length + 1, ...body });
else if (method === "DELETE") environment.policies = environment.policies.filter((each) => String(each.id) !== id);
else if (part === "deployment-branch-policies")
  jq({ text: environment.policies.map((each) => each.id + " " + each.type + " " + each.name).join("\\n"), json: { branch_policies: environment.policies } });
else if (environment[part]) jq({ json: { [part]: names(environment[part]) } });
else if (path === "/environments")
  jq({ json: { environments: Object.entries(state.environments).filter(([name]) => name).map(([name, each]) => ({
    name,
    protection_rules: each.reviewers?.length ? [{ type: "required_reviewers", reviewers: each.reviewers }] : [],
    deployment_branch_policy: each.deployment_branch_policy ?? null })) } });
else if (/secrets$/.test(path)) jq({ json: { secrets: names(path === "/actions/secrets" ? state.secrets : []) } });
else if (path === "/codeowners/errors") jq({ json: { errors: [] } });
else jq({ json: { content: Buffer.from("# a\\n* @a/b\\n").toString("base64") } });
if (method !== "GET") fs.writeFileSync(file, JSON.stringify(state));
`;
const policy = (id: number, type: string, name: string) => ({ id, type, name });

function github(state: object): void {
  writeFileSync(join(folder, "gh"), gh);
  chmodSync(join(folder, "gh"), 0o755);
  writeFileSync(join(folder, "gh.json"), JSON.stringify({ environments: {}, secrets: [], ...state }));
}
const stateOf = () =>
  JSON.parse(readFileSync(join(folder, "gh.json"), "utf8")) as { environments: Record<string, unknown> };
const create = () =>
  execa(join(projectFolder, "scripts/ci/environments.sh"), ["hotdash/platform"], { timeout: 60_000 });
const check = async (stack: string) => reviewed(stack).run();

test("the page's command creates the environments, corrects them, and the check accepts them", async () => {
  const open = { secrets: ["KUBECONFIG"], variables: [], policies: [policy(3, "branch", "*")] };
  github({ environments: { "prod-checks": { ...open, deployment_branch_policy: { protected_branches: false } } } });
  expect(await check("prod")).toMatchObject({
    state: "failed",
    detail: "environment prod-checks is not limited to main",
  });
  await create();
  const made = stateOf();
  expect(Object.keys(made.environments).sort()).toEqual(
    ["staging", "prod"].flatMap((stack) => [stack, `${stack}-checks`, `${stack}-preview`]).sort(),
  );
  const reviewers = [{ type: "Team", id: 7 }];
  expect(made.environments).toMatchObject({
    staging: { reviewers: [], policies: [{ type: "branch", name: "main" }] },
    prod: { reviewers, policies: [{ type: "tag", name: "v*" }] },
    "prod-preview": { reviewers, prevent_self_review: true, deployment_branch_policy: null },
    "prod-checks": { policies: [{ type: "branch", name: "main" }] },
  });
  await create();
  expect(stateOf()).toEqual(made);
  for (const stack of ["staging", "prod"]) expect(await check(stack)).toMatchObject({ state: "ok" });
}, 120_000);

test("a secret of the repository is reported, with what to do", async () => {
  github({ secrets: ["KUBECONFIG", "NPM_TOKEN"] });
  expect(await check("prod")).toEqual({
    state: "failed",
    detail: "every branch can read KUBECONFIG",
    next: "Set them in the environments instead (docs/review.md), then `gh secret delete NAME`",
  });
}, 60_000);

test("without gh, or without the right to read, the check is manual", async () => {
  writeFileSync(join(folder, "gh"), "#!/bin/sh\nexit 1\n");
  chmodSync(join(folder, "gh"), 0o755);
  expect(await check("prod")).toMatchObject({ state: "skipped" });
  process.env["PATH"] = folder;
  rmSync(join(folder, "gh"));
  expect(await check("prod")).toMatchObject({ state: "skipped" });
});

const secrets = ["PULUMI_CONFIG_PASSPHRASE"];
const environment = (name: string, change: Partial<Environment> = {}): Environment => ({
  ...{ name, secrets, logins: [], reviewers: 0, refs: undefined },
  ...change,
});
const repository = (...environments: Environment[]): Repository => ({
  ...{ defaultBranch: "main", environments, openSecrets: [], ownerErrors: [], ownerLines: 1 },
});
const main = [{ type: "branch", name: "main" }];

test.each<[string, Repository]>([
  ["a preview that waits for a reviewer", repository(environment("prod-preview", { reviewers: 1 }))],
  ["a preview without credentials", repository(environment("prod-preview", { secrets: [] }))],
  ["checks of the default branch", repository(environment("prod-checks", { refs: main }))],
  ["checks of protected branches", repository(environment("prod-checks", { refs: "protected" }))],
  [
    "a deployment with a reviewer",
    repository(environment("prod", { reviewers: 2, refs: [{ type: "tag", name: "v*" }] })),
  ],
  ["a deployment of the default branch", repository(environment("prod", { refs: main }))],
  ["an environment of another stack", repository(environment("staging-preview"))],
  ["a secret that deploys nothing", { ...repository(), openSecrets: ["NPM_TOKEN", "CODECOV"] }],
])("accepts %s", (_what, given) => expect(reviewProblems("prod", given)).toEqual([]));

test.each<[string, Repository]>([
  ["a preview without reviewers", repository(environment("prod-preview"))],
  [
    "a preview limited to branches alone",
    repository(environment("prod-preview", { refs: [{ type: "branch", name: "*" }] })),
  ],
  [
    "a preview that logs in without a secret",
    repository(environment("prod-preview", { secrets: [], logins: ["AWS_ROLE"] })),
  ],
  ["checks of every branch", repository(environment("prod-checks", { reviewers: 0 }))],
  [
    "checks of a pattern",
    repository(environment("prod-checks", { refs: [...main, { type: "branch", name: "release/*" }] })),
  ],
  [
    "checks of a tag of the same name",
    repository(environment("prod-checks", { refs: [{ type: "tag", name: "main" }] })),
  ],
  ["a deployment of every tag", repository(environment("prod", { refs: [{ type: "tag", name: "*" }] }))],
  ["a deployment of every branch", repository(environment("prod"))],
  ["a passphrase of the repository", { ...repository(), openSecrets: ["PULUMI_CONFIG_PASSPHRASE"] }],
  ["no owners", { ...repository(), ownerLines: 0 }],
  ["an unknown owner", { ...repository(), ownerErrors: ["Unknown owner on line 4"] }],
])("finds %s", (_what, given) => expect(reviewProblems("prod", given)).toHaveLength(1));
