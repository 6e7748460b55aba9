import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand } from "./command.ts";
import type { StepName } from "./steps/all.ts";

export interface StepArgs {
  /** What the step reads, as `STEP_<NAME>` in its environment. A change of any of them runs the step again. */
  inputs: Record<string, pulumi.Input<string>>;
  /** Inputs that identify the resource: another value replaces it. Default: none. */
  identity?: string[];
  /** Passed to the step on its standard input, as JSON. Default: nothing. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** Whether removing the resource runs the step with `--delete`. Default: false. */
  deletes?: boolean;
  /** Whether what the step prints is a secret. Default: false. */
  printsSecret?: boolean;
  /** Whether the step gets what it printed the last time; that must be short, and no secret. Default: false. */
  seesLastResult?: boolean;
}

function stepEnvironment(inputs: StepArgs["inputs"]): Record<string, pulumi.Input<string>> {
  // The stack joins the evidence of the steps of one run.
  const all = { ...inputs, STACK: pulumi.getStack() };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`STEP_${key}`, value]));
}

/** Runs a step once, during this run of the program, without a resource. */
export function runStep(step: StepName, inputs: Record<string, string>): pulumi.Output<unknown> {
  const { interpreter, create } = stepCommand(step);
  return command.local.runOutput({ interpreter, command: create, environment: stepEnvironment(inputs) });
}

/**
 * A step of the driver as a resource. Running a step again brings the thing to what the inputs say, so create and update
 * are the same command. There are no `triggers`: with them, a change would run the old resource's delete command after
 * the new one's create.
 */
export function driverStep(
  name: string,
  step: StepName,
  { inputs, identity = [], secrets, deletes = false, printsSecret = false, seesLastResult = false }: StepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { interpreter, create, delete: remove } = stepCommand(step);
  return new command.local.Command(
    name,
    {
      interpreter,
      create,
      ...(deletes ? { delete: remove } : {}),
      environment: stepEnvironment(inputs),
      ...(secrets === undefined ? {} : { stdin: pulumi.secret(pulumi.jsonStringify(secrets)) }),
      // Progress goes to stderr and is shown; stdout holds the result alone.
      logging: command.local.Logging.Stderr,
      // Pulumi puts the last result into the step's environment; a long one makes the step impossible to start.
      addPreviousOutputInEnv: seesLastResult,
    },
    {
      ...opts,
      replaceOnChanges: identity.map((key) => `environment.STEP_${key}`),
      ...(printsSecret ? { additionalSecretOutputs: ["stdout"] } : {}),
    },
  );
}
