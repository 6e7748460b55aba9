import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, isFirstRun, lastResult, listInput, optionalInput, secretsInput } from "../inputs.ts";
import { listMachines } from "../machines.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { digestsOf, secretDigests } from "../secret-digests.ts";
import { encodeSecrets } from "../secrets-encoding.ts";
import type { Step } from "./step.ts";

const releasesList = z.array(z.unknown()).nullable();
const resultSchema = z.object({ digests: z.record(z.string(), z.string()) });

export const secrets: Step = {
  async converge(run) {
    const app = input("APP");
    const values = await secretsInput();
    const encoded = encodeSecrets(values);
    const names = Object.keys(values).sort();
    const fly = new Flyctl(run, app, Object.values(values));
    const present = await fly.preflightBeside(() => secretDigests(fly, app));
    if (isFirstRun()) await refuseForeign(fly, app, present);
    await fly.run(["secrets", "import", "--app", app, "--stage"], { stdin: encoded });
    // Removes secrets of the last run and retired names only; secrets from other sources are kept.
    const before = Object.keys(lastResult(resultSchema)?.digests ?? {});
    const unset = [...new Set([...before, ...listInput("RETIRED_NAMES")])]
      .filter((name) => name in present && !names.includes(name))
      .sort();
    if (unset.length > 0) await fly.run(["secrets", "unset", ...unset, "--app", app, "--stage"]);
    return {
      digests: digestsOf(names, await secretDigests(fly, app)),
      unset,
      // Only a finished step reports them, so a release never claims secrets that are not staged.
      fingerprint: optionalInput("FINGERPRINT"),
      repair: optionalInput("REPAIR"),
    };
  },
};

/**
 * Refuses to overwrite root keys that Chatwoot has used: the state was lost, or the app was deployed differently. A release,
 * even a failed one, may have encrypted data with them. An interrupted first deployment has no release, because the release
 * waits until the result of this step is in the state.
 */
async function refuseForeign(fly: Flyctl, app: string, present: Record<string, string>): Promise<void> {
  const found = optionalInput("GUARDED_NAMES")
    .split(/\s+/)
    .filter((name) => name in present);
  if (found.length === 0) return;
  const [machines, released] = await Promise.all([listMachines(fly, app), hasReleases(fly, app)]);
  if (machines.length === 0 && !released) return;
  const keep = `chatwoot:keptSecrets (docs/migration.md): \`pulumi config set --secret chatwoot:keptSecrets --stack ${input("STACK")}\``;
  const discard = `\`fly secrets unset ${found.join(" ")} --app ${app} --stage\``;
  if (machines.length === 0) {
    throw new StepProblem(
      `app ${app}`,
      `has no machines, but a release that used its own ${found.join(", ")}, which this stack would overwrite with new values: all users would be signed out, and encrypted data would be lost`,
      `Start a machine of this release: \`fly scale count web=1 --app ${app}\`. Then keep its values in ${keep}. To discard them instead: ${discard}`,
    );
  }
  throw new StepProblem(
    `app ${app}`,
    `runs with ${found.join(", ")} from another deployment, which this stack would overwrite with new values: all users would be signed out, and encrypted data would be lost`,
    `To keep its values, set ${keep}. To discard them instead: ${discard}`,
  );
}

/** Whether the app has any release, even a failed one. */
async function hasReleases(fly: Flyctl, app: string): Promise<boolean> {
  const list = releasesList.parse(JSON.parse(await fly.run(["releases", "--app", app, "--json"])));
  return (list ?? []).length > 0;
}
