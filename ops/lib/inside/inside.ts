import { z } from "zod";
import { parseJson } from "../../../lib/json.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { AppFlyctl } from "../fly/app-flyctl.ts";
import { hideSecrets } from "../../logs/hide.ts";
import { Kubectl } from "../kubernetes/kubectl.ts";
import { choosePod, readPods } from "../kubernetes/pods.ts";
import { chooseMachine, readMachines } from "../../scale/machines.ts";
import type { Place } from "../stack/place.ts";

export interface InsideAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A machine or pod of Chatwoot in which commands run, so that URLs and passwords never leave it. */
export interface Inside {
  /** `machine 148e...`, `pod chatwoot-worker-...`. */
  where: string;
  run(command: string): Promise<InsideAnswer>;
}

const limitSeconds = 30;
/** Prefers a worker: it serves no requests. */
const askedRoles = ["worker", "web"];

/** Go omits zero and empty values. */
const flyAnswer = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

export async function insideOf(place: Place, repeat: string): Promise<Inside> {
  return place.target === "fly" ? insideMachine(place.app, repeat) : insidePod(place, repeat);
}

async function insideMachine(app: string, repeat: string): Promise<Inside> {
  const ask = new AppFlyctl(app, repeat);
  await ask.fly.preflight();
  const id = chooseMachine(app, await readMachines(ask));
  return {
    where: `machine ${id}`,
    async run(command) {
      const args = ["machine", "exec", id, command, "--timeout", String(limitSeconds)];
      const { exit_code, ...said } = await ask.json(args, flyAnswer, { timeoutSeconds: limitSeconds + 30 });
      return { exitCode: exit_code, ...said };
    },
  };
}

async function insidePod(place: Place & { target: "kubernetes" }, repeat: string): Promise<Inside> {
  const kubectl = new Kubectl(place, repeat);
  const { metadata, spec } = choosePod(place.namespace, await readPods(kubectl), askedRoles);
  const container = spec.containers[0]?.name ?? "";
  return {
    where: `pod ${metadata.name}`,
    run: (command) =>
      kubectl.attempt(
        ["exec", metadata.name, "--container", container, "--", ...command.split(" ")],
        limitSeconds + 30,
      ),
  };
}

/** Runs a program that prints one line of JSON, possibly between warnings of gems. */
export async function askInside<T>(
  inside: Inside,
  { command, about, schema, next }: { command: string; about: string; schema: z.ZodType<T>; next: string },
): Promise<T> {
  const { exitCode, stdout, stderr } = await inside.run(command);
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  const result = schema.safeParse(parseJson(line));
  if (exitCode === 0 && result.success) return result.data;
  const said = hideSecrets(exitCode === 0 ? stderr : `${stderr}\n${stdout}`).trim();
  const wrong = exitCode === 0 ? "printed unexpected JSON" : `failed with exit code ${exitCode}`;
  throw new StepProblem(`${about} on ${inside.where}`, `${wrong}${said && `:\n${said}\n`}`, next);
}
