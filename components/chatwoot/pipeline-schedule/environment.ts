import type { SupportTargets } from "../../../config/schema/support.ts";

/** What a scheduled run reads of its stack, as JSON in CHATWOOT_PIPELINE; its DATABASE_URL is a secret. */
export interface DescribedPipeline {
  name: string;
  /** Named in what a person types next. */
  stack?: string | undefined;
  targets: SupportTargets;
}

export const describedVariable = "CHATWOOT_PIPELINE";

export function scheduledSettings(stack: string, targets: SupportTargets): Record<string, string> {
  return { [describedVariable]: JSON.stringify({ name: stack, stack, targets } satisfies DescribedPipeline) };
}
