export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
}

/** Replaces conditions of the same types. Other conditions, and the time of an unchanged status, are kept. */
export function mergeConditions(before: readonly Condition[], wanted: readonly Condition[], now: string): Condition[] {
  const merged = new Map(before.map((condition) => [condition.type, condition]));
  for (const condition of wanted) {
    const known = merged.get(condition.type);
    const since = known?.status === condition.status ? known.lastTransitionTime : undefined;
    merged.set(condition.type, { ...condition, lastTransitionTime: since ?? now });
  }
  return [...merged.values()];
}
