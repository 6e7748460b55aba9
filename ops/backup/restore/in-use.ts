import { parse } from "smol-toml";
import { z } from "zod";
import type { PostgresUrl } from "../../../components/chatwoot/postgres-url.ts";
import { StepProblem } from "../../../components/fly/driver/problem.ts";
import { Questions } from "../../fly/questions.ts";
import type { RecordedStep } from "../../stack/steps.ts";
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

/** The app of the stack that works on this database; undefined where none does. */
export function appOn(address: PostgresUrl, steps: readonly RecordedStep[]): string | undefined {
  const deployment = steps.find(({ step }) => step === "deployment");
  const config = machineConfig.safeParse(parse(deployment?.inputs["MACHINE_CONFIG"] ?? ""));
  if (!config.success) return undefined;
  const {
    POSTGRES_HOST: host,
    POSTGRES_PORT: port,
    POSTGRES_USERNAME: username,
    POSTGRES_DATABASE: database,
  } = config.data.env;
  return databaseIdentity({ host, port, username, database }) === databaseIdentity(address)
    ? deployment?.app
    : undefined;
}

/** Refuses a database that the running app works on: its writes would be lost, or mixed with what is restored. */
export async function checkStopped(app: string, repeat: string): Promise<void> {
  const questions = new Questions(app, repeat);
  await questions.fly.preflight();
  const machines = (await questions.json(["machine", "list"], machineList)) ?? [];
  const running = machines.filter(({ state }) => state === "started" || state === "starting").map(({ id }) => id);
  if (running.length === 0) return;
  throw new StepProblem(
    "the target",
    `is the database of ${app}, whose machines are running: ${running.join(", ")}`,
    `Run \`flyctl machine stop ${running.join(" ")} --app ${app}\`, restore, then start them the same way; ` +
      "or give --while-running",
  );
}
