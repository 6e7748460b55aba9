/** What a workflow may do, decided by its structure: each rule returns its violations. */

export interface Step {
  uses?: string;
  run?: string;
  if?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}
export interface Job {
  environment?: string | { name: string };
  permissions?: Record<string, string>;
  needs?: string | string[];
  if?: string;
  env?: Record<string, string>;
  services?: Record<string, { image: string }>;
  container?: string | { image: string };
  steps?: Step[];
  uses?: string;
  secrets?: unknown;
  "timeout-minutes"?: number;
}
export interface Workflow {
  on: string | string[] | Record<string, { types?: string[] } | null>;
  permissions?: unknown;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

const triggersOf = ({ on }: Workflow): string[] =>
  typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
const jobsOf = ({ jobs }: Workflow): Job[] => Object.values(jobs);
const stepsOf = (workflow: Workflow): Step[] => jobsOf(workflow).flatMap(({ steps = [] }) => steps);
const environmentOf = ({ environment }: Job): string | undefined =>
  typeof environment === "object" ? environment.name : environment;

/** An expression that only states whether a secret exists. */
const existence = /^\$\{\{ .* && 'true' \|\| 'false' \}\}$/;
/** Whether a value contains a secret, by any spelling of the context. */
const isSecret = (value: unknown): boolean =>
  /\bsecrets\b/i.test(JSON.stringify(value) ?? "") && !existence.test(typeof value === "string" ? value : "");
const holdsSecret = (step: Step): boolean =>
  [step.env, step.with].some((given) => Object.values(given ?? {}).some(isSecret));
const isPrivileged = (job: Job): boolean => environmentOf(job) !== undefined;

/** One command whose output is shown in private repositories alone. */
const confidential = /^scripts\/ci\/confidential\.sh (?:--report (\S+) )?[\w-]+ [^\s;|&<>`]+(?: [^\s;|&<>`]+)*$/;
const reportsOf = ({ steps = [] }: Job): string[] =>
  steps.flatMap(({ run }) => confidential.exec(run ?? "")?.[1]?.replaceAll('"', "") ?? []);

export const rules: Readonly<Record<string, (workflow: Workflow) => string[]>> = {
  "a secret reaches only the step that needs it": (workflow) => {
    const outside = [
      workflow.env,
      ...jobsOf(workflow).flatMap((job) => [job.env, job.secrets, job.services, job.container]),
    ];
    const elsewhere = stepsOf(workflow).flatMap(({ run, if: condition, uses }) => [run, condition, uses]);
    return [...outside, ...elsewhere].filter(isSecret).map((found) => JSON.stringify(found));
  },

  "a secret is one of an environment": (workflow) =>
    jobsOf(workflow)
      .filter((job) => (job.steps ?? []).some(holdsSecret) && !isPrivileged(job))
      .map((job) => JSON.stringify(job.steps?.find(holdsSecret))),

  "an environment belongs to its trigger": (workflow) => {
    const triggers = triggersOf(workflow);
    const wanted: Record<string, RegExp> = {
      pull_request: /-preview$/,
      schedule: /-checks$/,
      workflow_dispatch: /-checks$/,
      push: /^(?!.*-(preview|checks)$)/,
      release: /^(?!.*-(preview|checks)$)/,
    };
    // `a-${{ b }}-c` ends with its literal end; a whole expression is neither a preview's nor a check's.
    return jobsOf(workflow).flatMap((job) => {
      const environment = environmentOf(job);
      if (environment === undefined) return [];
      return triggers
        .filter((each) => wanted[each]?.test(environment) !== true)
        .map((each) => `${environment} on ${each}`);
    });
  },

  "credentials of a preview need a person's own branch": (workflow) =>
    triggersOf(workflow).includes("pull_request")
      ? jobsOf(workflow)
          .filter(isPrivileged)
          .filter(
            ({ if: condition = "" }) =>
              condition.replaceAll(/\s+/g, " ").trim() !==
              "github.event.pull_request.head.repo.full_name == github.repository && " +
                "github.event.pull_request.user.type != 'Bot' && github.event.sender.type != 'Bot'",
          )
          .map(({ if: condition }) => condition ?? "no condition")
      : [],

  "a trigger with the repository's rights runs no code of a pull request": (workflow) => {
    const trusted = triggersOf(workflow).filter(
      (each) => !["pull_request", "push", "release", "schedule", "workflow_dispatch"].includes(each),
    );
    if (trusted.length === 0) return [];
    const other = trusted.filter((each) => each !== "workflow_run");
    const fetched = stepsOf(workflow).filter(
      ({ uses, with: given }) =>
        uses?.startsWith("actions/checkout@") === true && (given?.["ref"] ?? given?.["repository"]) !== undefined,
    );
    const privileged = jobsOf(workflow).filter((job) => isPrivileged(job) || job.permissions?.["contents"] === "write");
    const local = stepsOf(workflow).filter(
      ({ uses, run }) => uses?.startsWith("./") === true || /\bnpm\b|\bnpx\b|git (fetch|checkout|pull)/.test(run ?? ""),
    );
    return [...other, ...[...fetched, ...privileged, ...local].map((each) => JSON.stringify(each))];
  },

  "only what is released and on the default branch is deployed": (workflow) => {
    if (!triggersOf(workflow).includes("release")) return [];
    const types = (workflow.on as Record<string, { types?: string[] } | null>)["release"]?.types ?? ["every type"];
    const checks = Object.entries(workflow.jobs)
      .filter(
        ([, { steps = [], if: condition }]) =>
          condition === undefined &&
          steps.length === 1 &&
          /repos\/\$GITHUB_REPOSITORY\/compare\/\$MAIN\.\.\.\$GITHUB_SHA/.test(steps[0]?.run ?? "") &&
          steps[0]?.if === undefined,
      )
      .map(([name]) => name);
    const unchecked = jobsOf(workflow).filter(
      (job) =>
        isPrivileged(job) && (job.if !== undefined || ![job.needs].flat().some((need) => checks.includes(need ?? ""))),
    );
    return [
      ...types.filter((type) => type !== "released"),
      ...unchecked.map((job) => `${environmentOf(job)} is deployed unchecked`),
    ];
  },

  "output about an installation is shown in private repositories alone": (workflow) =>
    jobsOf(workflow)
      .filter(isPrivileged)
      .flatMap(({ steps = [] }) => steps)
      .filter((step) => {
        const secret = holdsSecret(step);
        if (step.uses !== undefined) return secret && step.uses !== "./.github/actions/credentials";
        return (secret || /GITHUB_STEP_SUMMARY/.test(step.run ?? "")) && !confidential.test(step.run ?? "");
      })
      .map((step) => JSON.stringify(step)),

  "artifacts about an installation are encrypted": (workflow) =>
    jobsOf(workflow)
      .filter(isPrivileged)
      .flatMap((job) => {
        const reports = reportsOf(job).map((file) => file.replace("$STACK", "${{ matrix.stack }}"));
        const prepared = (job.steps ?? []).findIndex(({ run }) => run === "scripts/ci/evidence.sh");
        return (job.steps ?? []).flatMap(({ uses, with: given }, i) => {
          if (!/upload|artifact|cache|pages|gist/.test(uses ?? "")) return [];
          const path = given?.["path"] as string | undefined;
          return (path === "upload/" && prepared >= 0 && prepared < i) || reports.includes(path ?? "")
            ? []
            : [`${uses ?? ""} ${path ?? ""}`];
        });
      }),

  "a job writes only with the permissions of its task": (workflow) =>
    jobsOf(workflow).flatMap((job) => {
      const writes = Object.entries(job.permissions ?? { everything: "write" })
        .filter(([, right]) => right === "write")
        .map(([name]) => name);
      const allowed = isPrivileged(job)
        ? ["id-token"]
        : triggersOf(workflow).includes("pull_request")
          ? []
          : ["issues", "pull-requests"];
      return writes.filter((name) => !allowed.includes(name));
    }),

  "nothing is installed without its lockfile, digest or key": (workflow) => {
    const images = jobsOf(workflow).flatMap(({ services = {}, container }) => [
      ...Object.values(services).map(({ image }) => image),
      ...(container === undefined ? [] : [typeof container === "string" ? container : container.image]),
    ]);
    const loose = images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image));
    const actions = stepsOf(workflow)
      .map(({ uses = "./" }) => uses)
      .filter((uses) => !/^(\.\/|[\w./-]+@[0-9a-f]{40}$)/.test(uses));
    const called = jobsOf(workflow).flatMap(({ uses = [] }) => uses);
    return [...loose, ...actions, ...called, ...stepsOf(workflow).flatMap(({ run = "" }) => installs(run))];
  },

  "a run has no expression, and a checkout keeps no token": (workflow) =>
    stepsOf(workflow)
      .filter(
        ({ uses, run, with: given }) =>
          run?.includes("${{") === true ||
          (uses?.startsWith("actions/checkout@") === true && given?.["persist-credentials"] !== false),
      )
      .map((step) => JSON.stringify(step)),

  "no permission by default, a time limit for every job": ({ permissions, jobs }) => [
    ...(JSON.stringify(permissions) === "{}" ? [] : ["permissions by default"]),
    ...Object.entries(jobs)
      .filter(([, job]) => !(Number(job["timeout-minutes"]) > 0))
      .map(([name]) => `${name} has no time limit`),
  ],
};

/** Commands that fetch programs, except for the packages of the lockfile without their scripts. */
export function installs(run: string): string[] {
  return run
    .split("\n")
    .filter((line) =>
      /\b(npm (ci|i|install|exec)|npx (-y|--yes)|pnpm|yarn|pip3?|gem|cargo|go install|curl|wget|apt(-get)?|snap|brew|docker|gh (extension|release download))\b/.test(
        line,
      ),
    )
    .filter((line) => !/^\s*npm ci --ignore-scripts( --no-\w+)*$/.test(line));
}
