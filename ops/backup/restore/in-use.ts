import { parse } from "smol-toml";
import { z } from "zod";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { AppFlyctl } from "../../lib/fly/app-flyctl.ts";
import type { RecordedStep } from "../../lib/stack/steps.ts";
import { databaseIdentity } from "./target.ts";

const machineConfig = z.object({
  env: z.object({
    POSTGRES_HOST: z.string(),
    POSTGRES_PORT: z.coerce.number(),
    POSTGRES_USERNAME: z.string(),
    POSTGRES_DATABASE: z.string(),
  }),
});
const machineList = z.array(z.object({ id: z.string(), state: z.string() })).nullable();

/** Finds the stack's deployment that uses this database. */
export function deploymentOn(address: PostgresUrl, steps: readonly RecordedStep[]): RecordedStep | undefined {
  return steps.find(({ step, inputs }) => {
    // The same step deploys a dedicated Redis, which has no database.
    const config = step === "deployment" ? machineConfig.safeParse(parse(inputs["MACHINE_CONFIG"] ?? "")) : undefined;
    if (!config?.success) return false;
    const {
      POSTGRES_HOST: host,
      POSTGRES_PORT: port,
      POSTGRES_USERNAME: username,
      POSTGRES_DATABASE: database,
    } = config.data.env;
    return databaseIdentity({ host, port, username, database }) === databaseIdentity(address);
  });
}

const atRest = ["created", "stopped", "destroying", "destroyed", "failed"];

/** Refuses the database of a running app: its writes would be lost or mixed with restored rows. */
export async function checkStopped(app: string, repeat: string): Promise<void> {
  const questions = new AppFlyctl(app, repeat);
  await questions.fly.preflight();
  const machines = (await questions.json(["machine", "list"], machineList)) ?? [];
  const ids = machines.filter(({ state }) => !atRest.includes(state)).map(({ id }) => id);
  if (ids.length === 0) return;
  const all = `${ids.join(" ")} --app ${app}`;
  throw new StepProblem(
    "the target",
    `is the database of ${app}, whose machines are running`,
    // Cordoned first, because Fly's proxy starts a stopped machine on a request.
    `Stop them and run the command again:\n  flyctl machine cordon ${all}\n  flyctl machine stop ${all}\nor use --while-running`,
  );
}
