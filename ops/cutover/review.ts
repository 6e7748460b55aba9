import { execa } from "execa";
import { z } from "zod";
import { ghEnvironment } from "../../components/driver/environment.ts";
import { failed, ok, skipped, type Check } from "../health/check.ts";
import { reviewProblems, type Environment, type Repository } from "./review-rules.ts";

const place = "repos/{owner}/{repo}";
const named = z.object({ name: z.string() });
const environments = z.object({
  environments: z.array(
    named.extend({
      protection_rules: z.array(z.object({ type: z.string(), reviewers: z.array(z.unknown()).optional() })).default([]),
      deployment_branch_policy: z.object({ protected_branches: z.boolean() }).nullable(),
    }),
  ),
});
const policies = z.object({ branch_policies: z.array(named.extend({ type: z.string().default("branch") })) });
const secrets = z.object({ secrets: z.array(named) });
const variables = z.object({ variables: z.array(named) });
/** Variables of .github/actions/credentials. */
const logins = ["PULUMI_ORGANIZATION", "AWS_ROLE", "GCP_PROVIDER", "AZURE_CLIENT"];

class Unreadable extends Error {}

/** Checks the rules of the workflows' environments, as far as `gh` may read them. */
export function reviewed(stack: string): Check {
  return {
    name: "environments",
    async run() {
      try {
        const [first, ...others] = reviewProblems(stack, await readRepository());
        if (first === undefined) return ok("no unreviewed branch reaches the credentials");
        const more = others.length === 0 ? "" : `; ${others.map(({ finding }) => finding).join("; ")}`;
        return failed(first.finding + more, first.fix);
      } catch (error) {
        if (error instanceof Unreadable) return skipped(error.message);
        throw error;
      }
    },
  };
}

async function readRepository(): Promise<Repository> {
  const { default_branch: defaultBranch } = await ask("", z.object({ default_branch: z.string() }));
  const [listed, own, shared, owners, text] = await Promise.all([
    ask("/environments?per_page=100", environments),
    ask("/actions/secrets?per_page=100", secrets),
    ask("/actions/organization-secrets?per_page=100", secrets),
    ask("/codeowners/errors", z.object({ errors: z.array(z.object({ message: z.string() })) })),
    ask("/contents/.github/CODEOWNERS", z.object({ content: z.string() })),
  ]);
  const lines = Buffer.from(text.content, "base64").toString().split("\n");
  return {
    defaultBranch,
    environments: await Promise.all(listed.environments.map(readEnvironment)),
    openSecrets: [...own.secrets, ...shared.secrets].map(({ name }) => name),
    ownerErrors: owners.errors.map(({ message }) => message.split("\n")[0] ?? ""),
    ownerLines: lines.filter((line) => /^[^#\s]\S*\s+@/.test(line)).length,
  };
}

async function readEnvironment({
  name,
  protection_rules: rules,
  deployment_branch_policy: refs,
}: z.infer<typeof environments>["environments"][number]): Promise<Environment> {
  const at = `/environments/${encodeURIComponent(name)}`;
  const [held, given, allowed] = await Promise.all([
    ask(`${at}/secrets?per_page=100`, secrets),
    ask(`${at}/variables?per_page=30`, variables),
    refs === null || refs.protected_branches
      ? undefined
      : ask(`${at}/deployment-branch-policies?per_page=100`, policies),
  ]);
  return {
    name,
    secrets: held.secrets.map((secret) => secret.name),
    logins: given.variables.map((variable) => variable.name).filter((each) => logins.includes(each)),
    reviewers: rules.flatMap(({ type, reviewers = [] }) => (type === "required_reviewers" ? reviewers : [])).length,
    refs: refs === null ? undefined : (allowed?.branch_policies ?? "protected"),
  };
}

async function ask<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { exitCode, stdout } = await execa("gh", ["api", `${place}${path}`], {
    env: { ...ghEnvironment(process.env), GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" },
    ...{ extendEnv: false, reject: false, timeout: 30_000 },
  });
  if (exitCode === 0) return schema.parse(JSON.parse(stdout));
  throw new Unreadable("`gh` cannot read the repository's settings");
}
