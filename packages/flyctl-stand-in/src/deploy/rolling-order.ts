import type { Target } from "./machine-faults.ts";

/** The machines of a group: running ones are updated gradually, the others all at once. */
export interface RollingGroup {
  readonly group: string;
  readonly cold: readonly string[];
  readonly warm: readonly string[];
}

export interface RollingOptions {
  /** Maximum number of running machines to update at once: a number if at least 1, otherwise a fraction of the group. */
  readonly maxUnavailable: number;
  readonly refused: (target: Target) => boolean;
  readonly unhealthy: (target: Target) => boolean;
}

export interface RollingOutcome {
  /** The machines that get the new config, in order. The others keep the old one. */
  readonly updated: readonly Target[];
  /** How it ends: complete, with one failed machine, or with cancelled updates, which flyctl does not report. */
  readonly end: "complete" | "cancelled" | { readonly refused: Target } | { readonly unhealthy: Target };
}

/**
 * The machines that a rolling deployment updates. Groups are updated concurrently. Within a group, the first machine is
 * updated alone, then as many at once as may be unavailable. An unhealthy machine keeps its slot until its timeout, so
 * it blocks the rest only when no slot is free. Nothing is rolled back.
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

  /** The machines of one round; the first one includes all stopped machines. */
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
    // The first machine is updated alone: if it fails, no other update has started, so none is cancelled.
    if (round === 0) this.#stopped = true;
  }

  get #places(): number {
    const { maxUnavailable } = this.#options;
    if (maxUnavailable >= 1) return Math.trunc(maxUnavailable);
    return Math.ceil(this.#machines.warm.length * maxUnavailable);
  }
}
