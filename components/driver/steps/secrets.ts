import { z } from "zod";
import { Flyctl } from "../flyctl.ts";
import { input, isFirstRun, lastResult, listInput, optionalInput, secretsInput } from "../inputs.ts";
import { listMachines } from "../machines.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { encodeSecrets } from "../secrets-encoding.ts";
import type { Step } from "./step.ts";

const secretsList = z.array(z.object({ name: z.string(), digest: z.string() }));
const resultSchema = z.object({ digests: z.record(z.string(), z.string()) });

/** Digest by name, as Fly shows it to anybody who can read the app: it tells whether a value is still the same. */
async function digestsOf(fly: Flyctl, app: string): Promise<Record<string, string>> {
  const list = secretsList.parse(JSON.parse(await fly.run(["secrets", "list", "--app", app, "--json"])));
  return Object.fromEntries(list.map(({ name, digest }) => [name, digest]));
}

export const secrets: Step = {
  async converge() {
    const app = input("APP");
    const values = await secretsInput();
    const encoded = encodeSecrets(values);
    const names = Object.keys(values).sort();
    const fly = new Flyctl(app, Object.values(values));
    const present = await fly.preflightBeside(() => digestsOf(fly, app));
    if (isFirstRun()) await refuseForeign(fly, app, present);
    await fly.run(["secrets", "import", "--app", app, "--stage"], { stdin: encoded });
    // Those that this step set the last time, and those that must never be a secret. What others set is theirs.
    const before = Object.keys(lastResult(resultSchema)?.digests ?? {});
    const unset = [...new Set([...before, ...listInput("RETIRED_NAMES")])]
      .filter((name) => name in present && !names.includes(name))
      .sort();
    if (unset.length > 0) await fly.run(["secrets", "unset", ...unset, "--app", app, "--stage"]);
    const digests = await digestsOf(fly, app);
    return { digests: Object.fromEntries(names.map((name) => [name, digests[name] ?? ""])), unset };
  },
};

/** Machines that run before this step has ever been done are somebody else's, or those of a state that was lost. */
async function refuseForeign(fly: Flyctl, app: string, present: Record<string, string>): Promise<void> {
  const found = optionalInput("GUARDED_NAMES")
    .split(/\s+/)
    .filter((name) => name in present);
  if (found.length === 0 || (await listMachines(fly, app)).length === 0) return;
  const stack = input("STACK");
  throw new StepProblem(
    `app ${app}`,
    `runs with ${found.join(", ")} of its own, which this stack would overwrite with new values: everybody would be signed out, and what is encrypted would be lost`,
    `Keep what it has by chatwoot:keptSecrets (docs/migration.md): \`pulumi config set --secret chatwoot:keptSecrets --stack ${stack}\`. To give it up instead: \`fly secrets unset ${found.join(" ")} --app ${app} --stage\``,
  );
}
