import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../problem.ts";
import type { Step } from "./step.ts";

/** `flyctl redis` has no JSON: the address is cut out of its table. */
async function addressOf(fly: Flyctl, name: string): Promise<string | undefined> {
  const { ok, stdout } = await fly.attempt(["redis", "status", name]);
  return ok ? /rediss?:\/\/[^\s│]+/.exec(stdout)?.[0] : undefined;
}

export const redis: Step = {
  async converge() {
    const name = input("REDIS");
    const fly = new Flyctl(`redis-${name}`);
    await fly.preflight();
    const existing = await addressOf(fly, name);
    if (existing !== undefined) return { url: existing };
    // Every choice is made here: flyctl asks about whatever is left open, and fails where nobody can answer.
    const choices = [
      "--org",
      input("ORGANIZATION"),
      "--region",
      input("REGION"),
      "--no-replicas",
      "--disable-eviction",
      "--enable-prodpack=false",
    ];
    const plan = input("PLAN");
    if (plan !== "") choices.push("--plan", plan, "--enable-auto-upgrade=false");
    await fly.run(["redis", "create", "--name", name, ...choices], { timeoutSeconds: 300 });
    const url = await addressOf(fly, name);
    if (url === undefined)
      throw new StepProblem(
        `redis ${name}`,
        "was created, but `flyctl redis status` shows no address",
        "Run `pulumi up` again",
      );
    return { url };
  },

  async remove() {
    const name = input("REDIS");
    const fly = new Flyctl(`redis-${name}`);
    await fly.preflight();
    if ((await addressOf(fly, name)) !== undefined)
      await fly.run(["redis", "destroy", name, "--yes"], { timeoutSeconds: 300 });
  },
};
