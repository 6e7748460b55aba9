import { sayFailure } from "../lib/chatwoot/client.ts";

/** What a check found. */
export interface Outcome {
  state: "ok" | "failed" | "skipped";
  /** What was found, without a full stop. */
  detail: string;
  /** What to do about it, without a full stop; ends with the command to type where there is one. */
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
export const skipped = (detail: string): Outcome => ({ state: "skipped", detail });

/** Runs one; what it throws is a failure too, with `next` for what nobody foresaw. */
export async function runCheck({ name, run }: Check, next: string): Promise<CheckResult> {
  const started = performance.now();
  const outcome = await run().catch((error: unknown) => failed(sayFailure(error), next));
  return { name, ...outcome, durationMs: Math.round(performance.now() - started) };
}

/** Side by side: they wait for others, not for this machine. */
export function runChecks(checks: readonly Check[], next: string): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, next)));
}

export function failuresAmong(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(({ state }) => state === "failed");
}
