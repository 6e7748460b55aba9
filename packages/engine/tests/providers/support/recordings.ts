import { readFileSync } from "node:fs";
import type { Props } from "../../../src/values.ts";

/** A call that Pulumi's engine made to a real provider plugin, and what that answered. */
export interface RecordedCall {
  case: string;
  method: "Check" | "Diff" | "Create" | "Update" | "Delete" | "Read" | "Invoke" | "Construct";
  type?: string;
  name?: string;
  request: Props;
  response?: Props;
  error?: string;
}

/** One call a line, in the order of the recording. */
export function recordedCalls(provider: string): RecordedCall[] {
  const text = readFileSync(new URL(`../recorded/${provider}.jsonl`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedCall);
}

/** Runs `assertion` over calls, and says of each that fails which it was. */
export async function holdAgainst(
  calls: RecordedCall[],
  assertion: (call: RecordedCall) => Promise<void> | void,
): Promise<void> {
  if (calls.length === 0) throw new Error("the recording has no such calls");
  for (const call of calls) {
    try {
      await assertion(call);
    } catch (error) {
      (error as Error).message += `\nin the recorded call ${JSON.stringify(call)}`;
      throw error;
    }
  }
}
