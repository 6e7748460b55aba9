import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/** The steps that the driver knows (driver/steps). */
export type StepName = "app" | "redis" | "secrets" | "deployment" | "scale";

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
  const driver = `node components/fly/driver/main.ts ${step}`;
  return new command.local.Command(
    name,
    {
      create: driver,
      ...(args.deletes ? { delete: `${driver} --delete` } : {}),
      environment: Object.fromEntries(Object.entries(args.inputs).map(([key, value]) => [`STEP_${key}`, value])),
      ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
      // Progress goes to stderr and is shown; stdout holds the result alone.
      logging: command.local.Logging.Stderr,
      // Otherwise the last result is put in the step's environment, where a long one makes it impossible to start.
      addPreviousOutputInEnv: false,
    },
    {
      ...opts,
      replaceOnChanges: args.identity.map((key) => `environment.STEP_${key}`),
      ...(args.printsSecret ? { additionalSecretOutputs: ["stdout"] } : {}),
    },
  );
}
