import { z } from "zod";
import { StepProblem } from "../../../lib/problem.ts";
import { AppFlyctl } from "../fly/app-flyctl.ts";
import { hideSecrets } from "../../logs/hide.ts";
import { Kubectl } from "../kubernetes/kubectl.ts";
import { choosePod, isRunning, readPods, roleOf } from "../kubernetes/pods.ts";
import { chooseMachine, inGroup, readMachines } from "../../scale/machines.ts";
import type { Place } from "../stack/place.ts";

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A machine or pod of Chatwoot in which commands run, so that URLs and passwords never leave it. */
export interface ExecTarget {
  /** `machine 148e...`, `pod chatwoot-worker-...`. */
  where: string;
  /** Running machines or pods of web. */
  webProcesses: number;
  run(command: string): Promise<ExecResult>;
}

const limitSeconds = 30;
/** Prefers a worker: it serves no requests. */
const execRoles = ["worker", "web"];

/** Go omits zero and empty values. */
const flyExecResult = z.object({
  exit_code: z.number().default(0),
  stdout: z.string().default(""),
  stderr: z.string().default(""),
});

export async function execTargetOf(place: Place, repeat: string): Promise<ExecTarget> {
  return place.target === "fly" ? machineTarget(place.app, repeat) : podTarget(place, repeat);
}

async function machineTarget(app: string, repeat: string): Promise<ExecTarget> {
  const ask = new AppFlyctl(app, repeat);
  await ask.fly.preflight();
  const machines = await readMachines(ask);
  const id = chooseMachine(app, machines);
  return {
    where: `machine ${id}`,
    webProcesses: machines.filter(inGroup("web")).filter(({ state }) => state === "started").length,
    async run(command) {
      const args = ["machine", "exec", id, command, "--timeout", String(limitSeconds)];
      const { exit_code: exitCode, ...output } = await ask.json(args, flyExecResult, {
        timeoutSeconds: limitSeconds + 30,
      });
      return { exitCode, ...output };
    },
  };
}

async function podTarget(place: Place & { target: "kubernetes" }, repeat: string): Promise<ExecTarget> {
  const kubectl = new Kubectl(place, repeat);
  const pods = await readPods(kubectl);
  const { metadata, spec } = choosePod(place.namespace, pods, execRoles);
  const container = spec.containers[0]?.name ?? "";
  return {
    where: `pod ${metadata.name}`,
    webProcesses: pods.filter((pod) => roleOf(pod) === "web" && isRunning(pod)).length,
    run: (command) =>
      kubectl.attempt(
        ["exec", metadata.name, "--container", container, "--", ...command.split(" ")],
        limitSeconds + 30,
      ),
  };
}

/** Runs a program that prints one line of JSON, possibly between warnings of gems. */
export async function execJson<T>(
  target: ExecTarget,
  { command, about, schema, next }: { command: string; about: string; schema: z.ZodType<T>; next: string },
): Promise<T> {
  const { exitCode, stdout, stderr } = await target.run(command);
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  const result = schema.safeParse(parseJson(line));
  if (exitCode === 0 && result.success) return result.data;
  const output = hideSecrets(exitCode === 0 ? stderr : `${stderr}\n${stdout}`).trim();
  const problem = exitCode === 0 ? "printed unexpected JSON" : `failed with exit code ${exitCode}`;
  throw new StepProblem(`${about} on ${target.where}`, `${problem}${output && `:\n${output}\n`}`, next);
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
