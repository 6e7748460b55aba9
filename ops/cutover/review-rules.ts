/** What GitHub says about a repository's environments, secrets and owners. */
export interface Repository {
  defaultBranch: string;
  environments: readonly Environment[];
  /** Names of the secrets that every branch can read: the repository's, and those of its organization. */
  openSecrets: readonly string[];
  /** Errors in .github/CODEOWNERS. */
  ownerErrors: readonly string[];
  /** Lines of .github/CODEOWNERS that name an owner. */
  ownerLines: number;
}

export interface Environment {
  name: string;
  /** Names of its secrets. */
  secrets: readonly string[];
  /** Variables that log in without a secret. */
  logins: readonly string[];
  reviewers: number;
  /** Undefined if every branch and tag may use it; `protected` for every protected branch. */
  refs: "protected" | readonly { type: string; name: string }[] | undefined;
}

export interface ReviewProblem {
  finding: string;
  fix: string;
}

/** Secrets of the workflows, which decrypt or change a stack. */
const deploying = /^(PULUMI_|FLY_API_TOKEN$|KUBECONFIG$|AWS_|AZURE_|GOOGLE_|BACKUP_)/;
const create = "Run `scripts/ci/environments.sh ORGANIZATION/TEAM`";

/** What would let an unreviewed branch reach a stack's credentials. */
export function reviewProblems(stack: string, repository: Repository): ReviewProblem[] {
  const { environments, defaultBranch, openSecrets, ownerErrors, ownerLines } = repository;
  const open = openSecrets.filter((name) => deploying.test(name));
  const ofStack = environments.filter(({ name }) => [stack, `${stack}-preview`, `${stack}-checks`].includes(name));
  const unguarded = ofStack
    .filter(({ secrets, logins }) => secrets.length + logins.length > 0)
    .flatMap((environment) => {
      const finding = openness(environment, stack, defaultBranch);
      return finding === undefined ? [] : [{ finding: `environment ${environment.name} ${finding}`, fix: create }];
    });
  return [
    ...(open.length === 0
      ? []
      : [
          {
            finding: `every branch can read ${open.join(", ")}`,
            fix: "Set them in the environments instead (docs/review.md), then `gh secret delete NAME`",
          },
        ]),
    ...unguarded,
    ...(ownerLines === 0
      ? [{ finding: "CODEOWNERS names no owner", fix: "Name your teams in .github/CODEOWNERS" }]
      : []),
    ...ownerErrors.slice(0, 1).map((error) => ({
      finding: `CODEOWNERS: ${error}`,
      fix: "Correct the team in .github/CODEOWNERS, or give it write access",
    })),
  ];
}

function openness({ name, reviewers, refs }: Environment, stack: string, main: string): string | undefined {
  if (name === `${stack}-preview`) return reviewers > 0 ? undefined : "has credentials and no reviewers";
  const isMain =
    refs !== undefined && refs !== "protected" && refs.every((ref) => ref.type === "branch" && ref.name === main);
  if (name === `${stack}-checks`) return isMain || refs === "protected" ? undefined : `is not limited to ${main}`;
  return reviewers > 0 || isMain || refs === "protected" ? undefined : `has no reviewers and is not limited to ${main}`;
}
