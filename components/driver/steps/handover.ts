import { Flyctl } from "../flyctl.ts";
import { input, listInput } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { secrets } from "./secrets.ts";
import type { Step } from "./step.ts";

/** Machines restart one after the other and must become healthy. */
const deploySeconds = 600;

async function isThere(fly: Flyctl, app: string): Promise<boolean> {
  const { ok, stdout, stderr } = await fly.attempt(["secrets", "list", "--app", app, "--json"]);
  return ok || !/could not find app|not found/i.test(`${stdout}\n${stderr}`);
}

/** Deploys staged values to the machines; an app without machines gets them at its first deployment. */
async function bringToMachines(fly: Flyctl, app: string): Promise<void> {
  const args = ["secrets", "deploy", "--app", app];
  const options = { timeoutSeconds: deploySeconds, showProgress: true };
  const result = await fly.attempt(args, options);
  if (result.ok) return;
  if (!/no machines available/i.test(`${result.stdout}\n${result.stderr}`)) throw fly.problem(args, result, options);
  fly.show(`${app} has no machines; its first deployment gets the new secrets`);
}

/** Sets the secrets of a consumer's app, and restarts its machines if configured. */
export const handover: Step = {
  async converge(run) {
    const app = input("APP");
    const fly = new Flyctl(run, app);
    if (!(await fly.preflightBeside(() => isThere(fly, app))))
      throw new StepProblem(
        `app ${app}`,
        "does not exist, or the token cannot read it",
        "Create it, use a token of its organization, or correct chatwoot:support.handover.fly. Then run `pulumi up` again",
      );
    const result = await secrets.converge(run);
    if (input("MODE") === "deployed") await bringToMachines(fly, app);
    return result;
  },

  async remove(run) {
    const app = input("APP");
    const fly = new Flyctl(run, app);
    // The secrets were deleted with the app.
    if (!(await fly.preflightBeside(() => isThere(fly, app)))) return;
    const list = JSON.parse(await fly.run(["secrets", "list", "--app", app, "--json"])) as { name: string }[];
    const names = listInput("SECRET_NAMES").filter((name) => list.some((each) => each.name === name));
    if (names.length > 0) await fly.run(["secrets", "unset", ...names, "--app", app, "--stage"]);
    if (names.length > 0 && input("MODE") === "deployed") await bringToMachines(fly, app);
  },
};
