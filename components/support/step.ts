import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { stepCommand } from "../driver/command.ts";

/** The steps that the support driver knows (driver/steps/all.ts). */
export type SupportStepName = "account" | "agent" | "facts" | "github";

export interface SupportStepArgs {
  /** What the step reads, as `STEP_<NAME>` in its environment. A change of any of them runs the step again. */
  inputs: Record<string, pulumi.Input<string>>;
  /** Inputs that name the place: another value is another place, and the old one is cleared behind it. */
  identity?: string[];
  /** Given to the step on its standard input, as JSON: the way for secrets. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** Whether removing the resource takes away what the step has set. */
  deletes?: boolean;
}

/**
 * A step of the support driver as a resource. Running a step again brings the thing to what the inputs say, so create
 * and update are the same command, as with the steps on Fly.
 */
export function supportStep(
  name: string,
  step: SupportStepName,
  { inputs, identity = [], secrets, deletes = false }: SupportStepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { interpreter, create, delete: remove } = stepCommand(step);
  const all = { ...inputs, STACK: pulumi.getStack() };
  return new command.local.Command(
    name,
    {
      interpreter,
      create,
      ...(deletes ? { delete: remove } : {}),
      environment: Object.fromEntries(Object.entries(all).map(([key, value]) => [`STEP_${key}`, value])),
      ...(secrets === undefined ? {} : { stdin: pulumi.secret(pulumi.jsonStringify(secrets)) }),
      // Progress goes to stderr and is shown; stdout holds the result alone.
      logging: command.local.Logging.Stderr,
      // The names that the last run has set, which the next one must know to take them away.
      addPreviousOutputInEnv: true,
    },
    { ...opts, replaceOnChanges: identity.map((key) => `environment.STEP_${key}`) },
  );
}
