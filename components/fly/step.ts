import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand } from "../driver/command.ts";

/** The steps that the driver knows (driver/steps/all.ts). */
export type StepName =
  | "app"
  | "addresses"
  | "redis"
  | "bucket"
  | "secrets"
  | "deployment"
  | "scale"
  | "window"
  | "certificate"
  | "backup"
  | "handover"
  | "pipeline";

export interface StepArgs {
  /** What the step reads, as `STEP_<NAME>` in its environment. A change of any of them runs the step again. */
  inputs: Record<string, pulumi.Input<string>>;
  /** Inputs that name the thing itself: another value is another thing, so the resource is replaced. */
  identity: string[];
  /** Given to the step on its standard input, the way for secrets. */
  stdin?: pulumi.Input<string>;
  /** Whether removing the resource removes the thing on Fly. */
  deletes?: boolean;
  /** Whether what the step prints is a secret. */
  printsSecret?: boolean;
  /** Whether the step is given what it printed the last time; that must be short, and no secret. */
  seesLastResult?: boolean;
}

function stepEnvironment(inputs: StepArgs["inputs"]): Record<string, pulumi.Input<string>> {
  // The stack joins the evidence of the steps of one run.
  const all = { ...inputs, STACK: pulumi.getStack() };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`STEP_${key}`, value]));
}

/** Runs a step once, in this very run of the program, as no resource. Answers when it is done. */
export function runStep(step: StepName, inputs: Record<string, string>): pulumi.Output<unknown> {
  const { interpreter, create } = stepCommand(step);
  return command.local.runOutput({ interpreter, command: create, environment: stepEnvironment(inputs) });
}

/**
 * A step of the driver as a resource: one thing on Fly that a person would name. Running a step again brings the thing
 * to what the inputs say, so create and update are the same command. There are no `triggers`: with them, a change would
 * run the old resource's delete command after the new one's create.
 */
export function flyStep(
  name: string,
  step: StepName,
  args: StepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { interpreter, create, delete: remove } = stepCommand(step);
  return new command.local.Command(
    name,
    {
      interpreter,
      create,
      ...(args.deletes ? { delete: remove } : {}),
      environment: stepEnvironment(args.inputs),
      ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
      // Progress goes to stderr and is shown; stdout holds the result alone.
      logging: command.local.Logging.Stderr,
      // Otherwise the last result is put in the step's environment, where a long one makes it impossible to start.
      addPreviousOutputInEnv: args.seesLastResult ?? false,
    },
    {
      ...opts,
      replaceOnChanges: args.identity.map((key) => `environment.STEP_${key}`),
      ...(args.printsSecret ? { additionalSecretOutputs: ["stdout"] } : {}),
    },
  );
}
