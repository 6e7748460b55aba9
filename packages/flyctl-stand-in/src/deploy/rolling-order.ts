import type { Target } from "./machine-faults.ts";

/** The machines of a group: those that run are updated with care, the others all at once. */
export interface RollingGroup {
  readonly group: string;
  readonly cold: readonly string[];
  readonly warm: readonly string[];
}

export interface RollingOptions {
  /** From 1 on a number, below a share of the group: how many that run may be under way at once. */
  readonly maxUnavailable: number;
  readonly refused: (target: Target) => boolean;
  readonly unhealthy: (target: Target) => boolean;
}

export interface RollingOutcome {
  /** Those that get the new config, in this order. The others keep the old one. */
  readonly updated: readonly Target[];
  /** What ends it: nothing; one machine; or other updates that were called off, about which flyctl says nothing. */
  readonly end: "complete" | "cancelled" | { readonly refused: Target } | { readonly unhealthy: Target };
}

/**
 * Which machines a rolling deployment reaches. Groups go on side by side. Within one the first machine goes alone, then
 * as many at once as may be missing; one that does not become healthy keeps its place until its time is over, so it
 * holds the rest up only when no place is left. Nothing is rolled back.
 */
export function rollingOutcome(groups: readonly RollingGroup[], options: RollingOptions): RollingOutcome {
  const updated: Target[] = [];
  const states = groups.map((each) => new GroupState(each, options));
  const rounds = Math.max(1, ...groups.map(({ warm }) => warm.length));
  for (let round = 0; round < rounds; round += 1) {
    const due = states.flatMap((state) => state.due(round));
    const refused = due.find((target) => options.refused(target));
    if (refused !== undefined) {
      const own = states.find(({ group }) => group === refused.group);
      const others = due.some((target) => target.group !== refused.group);
      const skipped = round > 0 && (own?.hasMore(round) ?? false);
      return { updated, end: others || skipped ? "cancelled" : { refused } };
    }
    for (const target of due) {
      updated.push(target);
      states.find(({ group }) => group === target.group)?.note(target, round);
    }
  }
  if (states.some((state) => state.calledOff)) return { updated, end: "cancelled" };
  const unhealthy = states.flatMap((state) => state.unhealthy)[0];
  return { updated, end: unhealthy === undefined ? "complete" : { unhealthy } };
}

class GroupState {
  readonly group: string;
  readonly unhealthy: Target[] = [];
  calledOff = false;
  readonly #machines: RollingGroup;
  readonly #options: RollingOptions;
  #stopped = false;

  constructor(machines: RollingGroup, options: RollingOptions) {
    this.group = machines.group;
    this.#machines = machines;
    this.#options = options;
  }

  /** The machines of one round: in the first one also all that do not run. */
  due(round: number): readonly Target[] {
    const { group, cold, warm } = this.#machines;
    const idle = round === 0 ? cold.map((id, index) => ({ group, id, nth: warm.length + index + 1 })) : [];
    const id = warm[round];
    if (id === undefined || this.#stopped) return idle;
    if (round > 0 && this.unhealthy.length >= this.#places) {
      this.#stopped = true;
      this.calledOff = true;
      return idle;
    }
    return [...idle, { group, id, nth: round + 1 }];
  }

  hasMore(round: number): boolean {
    return this.#machines.warm.length > round + 1;
  }

  note(target: Target, round: number): void {
    if (!this.#machines.warm.includes(target.id) || !this.#options.unhealthy(target)) return;
    this.unhealthy.push(target);
    // The first one goes alone: when it fails the rest is not even begun, and so nothing is called off.
    if (round === 0) this.#stopped = true;
  }

  get #places(): number {
    const { maxUnavailable } = this.#options;
    if (maxUnavailable >= 1) return Math.trunc(maxUnavailable);
    return Math.ceil(this.#machines.warm.length * maxUnavailable);
  }
}
