import { StepProblem } from "../../lib/problem.ts";

/** Start of the name of the secret that marks an app's root keys. Fly shows names, and stores keys and mark in one call. */
const prefix = "CHATWOOT_ROOT_KEYS_";

/** Whether a secret is the mark of some root keys. Chatwoot does not read it, so no machine needs it. */
export function isRootKeysMark(name: string): boolean {
  return name.startsWith(prefix);
}

/** The name of the secret that marks root keys with this fingerprint. */
export function rootKeysMark(fingerprint: string): string {
  return `${prefix}${fingerprint.toUpperCase()}`;
}

/** What Fly has of an app. */
export interface KeyHolder {
  app: string;
  stack: string;
  /** Names of its secrets. */
  names: readonly string[];
  hasMachines: boolean;
  /** Whether it has any release, even a failed one, which may have encrypted data with the keys. */
  hasReleases: boolean;
}

/** What the stack is about to store. */
export interface OwnKeys {
  /** Undefined: newly generated in this run. */
  mark: string | undefined;
  /** Names of the root keys that must not be overwritten if the app has no mark. */
  guarded: readonly string[];
}

/** The names of secrets that hold or mark root keys of another deployment; empty if there are none. */
export function foreignKeys({ names }: Pick<KeyHolder, "names">, { mark, guarded }: OwnKeys): string[] {
  const marks = names.filter(isRootKeysMark);
  if (marks.length === 0) return guarded.filter((name) => names.includes(name));
  if (mark !== undefined && marks.includes(mark)) return [];
  return [...guarded.filter((name) => names.includes(name)), ...marks];
}

/**
 * Why the app's root keys must not be overwritten; undefined if they are the stack's own, or were never used: an
 * interrupted first deployment has no release.
 */
export function foreignKeysProblem(holder: KeyHolder, own: OwnKeys): StepProblem | undefined {
  const { app, stack, hasMachines, hasReleases } = holder;
  const found = foreignKeys(holder, own);
  if (found.length === 0 || (!hasMachines && !hasReleases)) return undefined;
  const keys = found.filter((name) => !isRootKeysMark(name)).join(", ") || "root keys";
  const keep = `chatwoot:keptSecrets (docs/migration.md): \`pulumi config set --secret chatwoot:keptSecrets --stack ${stack}\``;
  const discard = `\`fly secrets unset ${found.join(" ")} --app ${app} --stage\``;
  const loss =
    "which this stack would overwrite with new values: all users would be signed out, and encrypted data would be lost";
  if (hasMachines)
    return new StepProblem(
      `app ${app}`,
      `runs with ${keys} from another deployment, ${loss}`,
      `To keep its values, set ${keep}. To discard them instead: ${discard}`,
    );
  return new StepProblem(
    `app ${app}`,
    `has no machines, but a release that used its own ${keys}, ${loss}`,
    `Start a machine of this release: \`fly scale count web=1 --app ${app}\`. Then keep its values in ${keep}. To discard them instead: ${discard}`,
  );
}
