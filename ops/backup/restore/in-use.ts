import { parse } from "smol-toml";
import { z } from "zod";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { Questions } from "../../lib/fly/questions.ts";
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

/** The deployment of the stack that works on this database; undefined where none does. */
export function deploymentOn(address: PostgresUrl, steps: readonly RecordedStep[]): RecordedStep | undefined {
  return steps.find(({ step, inputs }) => {
    // Others have no database: an own Redis is deployed by the same step.
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

/** Refuses a database that the running app works on: its writes would be lost, or mixed with what is restored. */
export async function checkStopped(app: string, repeat: string): Promise<void> {
  const questions = new Questions(app, repeat);
  await questions.fly.preflight();
  const machines = (await questions.json(["machine", "list"], machineList)) ?? [];
  const ids = machines.filter(({ state }) => !atRest.includes(state)).map(({ id }) => id);
  if (ids.length === 0) return;
  const all = `${ids.join(" ")} --app ${app}`;
  throw new StepProblem(
    "the target",
    `is the database of ${app}, whose machines are running`,
    // Cordoned first, because Fly's proxy starts a stopped machine when a request comes.
    `Stop them and restore again:\n  flyctl machine cordon ${all}\n  flyctl machine stop ${all}\nor give --while-running`,
  );
}
