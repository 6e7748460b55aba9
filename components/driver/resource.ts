import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand } from "./command.ts";
import type { StepName } from "./steps/all.ts";

export interface StepArgs {
  /** Inputs of the step, `STEP_<NAME>` in its environment. A change of any input runs the step again. */
  inputs: Record<string, pulumi.Input<string>>;
  /** Inputs that identify the resource: a new value replaces it. Default: none. */
  identity?: string[];
  /** Passed to the step on its standard input, as JSON. Default: nothing. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** Whether removing the resource runs the step with `--delete`. Default: false. */
  deletes?: boolean;
  /** Whether what the step prints is a secret. Default: false. */
  printsSecret?: boolean;
  /** Whether the step gets its last output, which must be short and not secret. Default: false. */
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
 * A step of the driver as a resource. A step is idempotent, so create and update are the same command. There are no
 * `triggers`: with them, a change would run the old resource's delete command after the new resource's create command.
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
      // Progress is printed to stderr; stdout contains only the result.
      logging: command.local.Logging.Stderr,
      // Pulumi passes the last result in the step's environment; a long result prevents the process from starting.
      addPreviousOutputInEnv: seesLastResult,
    },
    {
      ...opts,
      replaceOnChanges: identity.map((key) => `environment.STEP_${key}`),
      ...(printsSecret ? { additionalSecretOutputs: ["stdout"] } : {}),
    },
  );
}
