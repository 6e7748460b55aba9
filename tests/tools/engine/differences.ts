import type { Observation } from "./observe.ts";

interface Difference {
  scenario: string;
  reason: string;
  /** Removes what differs from both sides. */
  without: <T extends Observation>(seen: T) => T;
}

/** The differences that remain, each with its reason. */
const differences: Difference[] = [
  {
    scenario: "the same name twice",
    reason: "The original stops at the second registration, and may have started the first one by then.",
    without: (seen) => ({
      ...seen,
      steps: seen.steps.filter((step) => !step.includes("Thing::a")),
      state: seen.state.filter(({ urn }) => !String(urn).includes("Thing::a")),
    }),
  },
];

/** An observation without its known differences. */
export function comparable<T extends Observation>(name: string, seen: T): T {
  return differences.filter(({ scenario }) => scenario === name).reduce((rest, { without }) => without(rest), seen);
}
