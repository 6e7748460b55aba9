import { text } from "node:stream/consumers";
import { z } from "zod";

/** An input of the step; the program always sets it. */
export function input(name: string): string {
  const value = process.env[`STEP_${name}`];
  if (value === undefined)
    throw new Error(`STEP_${name} is not set: the driver is started by the program, not by hand`);
  return value;
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
  return z.record(z.string(), z.string()).parse(JSON.parse(await text(process.stdin)));
}
