import { Evidence } from "./evidence/evidence.ts";
import type { RunKind } from "./evidence/account-name.ts";
import { StopRequest } from "./stop-request.ts";

/** One run of the driver. The main program starts it and passes it to the step, which passes it to flyctl. */
export interface Run {
  /** Undefined if no evidence is kept. */
  readonly evidence: Evidence | undefined;
  readonly stop: StopRequest;
  /** Whether it is one of several steps of a run of Pulumi, which share the preflight. */
  readonly isStep: boolean;
}

/** `account` is the name of the run's account among the evidence of its stack. */
export async function startRun(stack: string, account: string, kind: RunKind): Promise<Run> {
  const stop = new StopRequest();
  // The pipeline's steps run no flyctl and leave no partial state, so a signal can end the process immediately.
  if (kind === "fly") stop.heedSignals();
  return { stop, isStep: true, evidence: await Evidence.open(stack, account) };
}

/** A run without evidence and signal handling, for an operator's command. */
export function plainRun(): Run {
  return { stop: new StopRequest(), isStep: false, evidence: undefined };
}
