import { Flyctl } from "../flyctl.ts";
import { input } from "../inputs.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Step } from "./step.ts";

/** The database's address; undefined if it does not exist. `flyctl redis` has no JSON output, so its tables are parsed. */
async function addressOf(fly: Flyctl, name: string): Promise<string | undefined> {
  const question = ["redis", "status", name];
  // The first command can fail for any reason: only a list without the database proves that it does not exist.
  const [{ ok, stdout }, list] = await fly.attemptBeside(question, ["redis", "list"]);
  if (
    !ok &&
    !list()
      .split(/[\s│]+/)
      .includes(name)
  )
    return undefined;
  const table = ok ? stdout : await fly.run(question);
  warnOfEviction(fly, name, table);
  return addressIn(table, name);
}

/** A database that was created elsewhere may evict jobs when it is full. */
function warnOfEviction(fly: Flyctl, name: string, table: string): void {
  if (!/Eviction[\s│=]+Enabled/.test(table)) return;
  fly.show(
    `Redis ${name} has eviction enabled: when it is full, jobs are lost silently. ` +
      `Disable it: \`fly redis update ${name}\`.`,
  );
}

function addressIn(table: string, name: string): string {
  const [address] = /rediss?:\/\/[^\s│]+/.exec(table) ?? [];
  if (address !== undefined) return address;
  throw new StepProblem(`redis ${name}`, "`flyctl redis status` shows no address", "Run `pulumi up` again");
}

export const redis: Step = {
  async converge(run) {
    const name = input("REDIS");
    const fly = new Flyctl(run, `redis-${name}`);
    const existing = await fly.preflightBeside(() => addressOf(fly, name));
    if (existing !== undefined) return { url: existing };
    // Sets every option: flyctl prompts for a missing one, and fails without a terminal.
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
    const isMade = async (): Promise<boolean> => (await addressOf(fly, name)) !== undefined;
    await fly.create(["redis", "create", "--name", name, ...choices], isMade, { timeoutSeconds: 300 });
    const url = await addressOf(fly, name);
    if (url === undefined)
      throw new StepProblem(`redis ${name}`, "was created, but flyctl does not list it yet", "Run `pulumi up` again");
    return { url };
  },

  async remove(run) {
    const name = input("REDIS");
    const fly = new Flyctl(run, `redis-${name}`);
    const existing = await fly.preflightBeside(() => addressOf(fly, name));
    if (existing !== undefined) await fly.run(["redis", "destroy", name, "--yes"], { timeoutSeconds: 300 });
  },
};
