/** Kind of a step: of the Fly target, or of the support pipeline on either target. */
export type RunKind = "fly" | "support";

type Environment = Readonly<Record<string, string | undefined>>;

/** Name of a step's account: the step and its target, because a stack runs some steps for several targets. */
export function accountName(kind: RunKind, step: string, isRemoval: boolean, environment: Environment): string {
  const words = [step, ...(isRemoval ? ["delete"] : [])];
  const name = kind === "fly" ? [...words, flyScope(environment)] : ["support", ...words, ...githubScope(environment)];
  return name.join("-");
}

/** The app, and the machine where an app has several. */
function flyScope({ STEP_APP, STEP_REDIS, STEP_NAME }: Environment): string {
  return [STEP_APP ?? STEP_REDIS ?? "fly", ...(STEP_NAME === undefined ? [] : [STEP_NAME])].join("-");
}

function githubScope({ STEP_REPOSITORY: repository, STEP_ENVIRONMENT: environment }: Environment): string[] {
  return repository === undefined ? [] : [`${repository}-${environment}`.replaceAll(/[^A-Za-z0-9-]+/g, "-")];
}
