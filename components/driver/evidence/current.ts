import { keepCallsIn } from "../call-log.ts";
import { Evidence } from "./evidence.ts";

let current: Evidence | undefined;

/** Opens the evidence of the step that this process is; every run of flyctl from here on is in it. */
export async function openEvidence(stack: string, step: string): Promise<Evidence | undefined> {
  current = await Evidence.open(stack, step);
  if (current !== undefined) keepCallsIn(current);
  return current;
}

/** Keeps something long as a file of its own. */
export function keepFile(name: string, text: string): void {
  current?.file(name, text);
}

/** Adds something that the step found out to its account. */
export function noteFact(name: string, value: unknown): void {
  current?.fact(name, value);
}
