import { text } from "node:stream/consumers";
import { z } from "zod";

/** An input of the step; the program always sets it. */
export function input(name: string): string {
  const value = process.env[`STEP_${name}`];
  if (value === undefined)
    throw new Error(`STEP_${name} is not set: the driver is started by the program, not manually`);
  return value;
}

/** An input that can be empty or missing. */
export function optionalInput(name: string): string {
  return process.env[`STEP_${name}`] ?? "";
}

export function wholeInput(name: string): number {
  return z.coerce.number().int().parse(input(name));
}

/** A list of words, separated by white space. */
export function listInput(name: string): string[] {
  return input(name).split(/\s+/).filter(Boolean);
}

/** The secrets on standard input, by name. */
export async function secretsInput(): Promise<Record<string, string>> {
  const given = await text(process.stdin);
  return given === "" ? {} : z.record(z.string(), z.string()).parse(JSON.parse(given));
}

/** Whether this step has never succeeded in this stack. Requires `StepArgs.seesLastResult`. */
export function isFirstRun(): boolean {
  return (process.env["PULUMI_COMMAND_STDOUT"] ?? "") === "";
}

/** The output of the step's last successful run. Requires `StepArgs.seesLastResult`. */
export function lastResult<Schema extends z.ZodType>(schema: Schema): z.output<Schema> | undefined {
  const text = process.env["PULUMI_COMMAND_STDOUT"];
  if (text === undefined || text === "") return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // An older version of this program printed something else.
    return undefined;
  }
}
