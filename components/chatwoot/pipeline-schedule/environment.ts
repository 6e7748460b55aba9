import type { SupportTargets } from "../../../config/schema/support.ts";

/** Description of the stack for a scheduled run, as JSON in CHATWOOT_PIPELINE; DATABASE_URL is a separate secret. */
export interface DescribedPipeline {
  name: string;
  /** Used in the commands that messages suggest. */
  stack?: string | undefined;
  targets: SupportTargets;
}

export const describedVariable = "CHATWOOT_PIPELINE";

export function scheduledSettings(stack: string, targets: SupportTargets): Record<string, string> {
  return { [describedVariable]: JSON.stringify({ name: stack, stack, targets } satisfies DescribedPipeline) };
}
