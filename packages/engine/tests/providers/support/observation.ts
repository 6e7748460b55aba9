import type { Props } from "../../../src/values.ts";
import type { Observation } from "../../../src/providers/kubernetes/await/types.ts";

/** What a wait sees of an object that was just created. */
export const seen = (object: Props, more: Partial<Observation> = {}): Observation => ({
  object,
  written: { metadata: { generation: 1 } },
  before: undefined,
  related: {},
  quietMs: {},
  elapsedMs: 0,
  ...more,
});
