import { failureMessage } from "../lib/chatwoot/client.ts";

export interface Outcome {
  state: "ok" | "warning" | "failed" | "skipped";
  /** The finding, without a full stop. */
  detail: string;
  /** The fix, without a full stop; ends with a command if there is one. */
  next?: string;
}

export interface Check {
  /** One or two words. */
  name: string;
  run: () => Promise<Outcome>;
}

export interface CheckResult extends Outcome {
  name: string;
  durationMs: number;
}

export const ok = (detail: string): Outcome => ({ state: "ok", detail });
export const failed = (detail: string, next: string): Outcome => ({ state: "failed", detail, next });
/** Works, but not as it should. */
export const warned = (detail: string, next: string): Outcome => ({ state: "warning", detail, next });
export const skipped = (detail: string, next?: string): Outcome => ({
  state: "skipped",
  detail,
  ...(next === undefined ? {} : { next }),
});

/** Runs a check. An exception is a failure, with `next` as its fix. */
export async function runCheck({ name, run }: Check, next: string): Promise<CheckResult> {
  const started = performance.now();
  const outcome = await run().catch((error: unknown) => failed(failureMessage(error), next));
  return { name, ...outcome, durationMs: Math.round(performance.now() - started) };
}

export function runChecks(checks: readonly Check[], next: string): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, next)));
}

export function failuresAmong(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(({ state }) => state === "failed");
}
