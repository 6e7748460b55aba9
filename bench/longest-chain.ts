/** A task in a dependency graph. */
export interface Task {
  id: string;
  durationMs: number;
  /** Tasks that must end before this one starts. Unknown names are ignored. */
  after: readonly string[];
  /** The parent task: it starts no later than this task and ends no earlier. */
  parent?: string;
}

/** The duration of the longest chain, which is the total duration when all independent tasks run in parallel. */
export function longestChain(tasks: readonly Task[]): number {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const children = Map.groupBy(tasks, ({ parent }) => parent ?? "");
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();

  const startOf = (task: Task): number => {
    const known = starts.get(task.id);
    if (known !== undefined) return known;
    starts.set(task.id, 0);
    const parent = byId.get(task.parent ?? "");
    const before = task.after.flatMap((id) => byId.get(id) ?? []).filter((other) => !isAbove(other, task));
    const start = Math.max(0, parent ? startOf(parent) : 0, ...before.map(endOf));
    starts.set(task.id, start);
    return start;
  };
  const endOf = (task: Task): number => {
    const known = ends.get(task.id);
    if (known !== undefined) return known;
    const own = startOf(task) + task.durationMs;
    ends.set(task.id, own);
    const end = Math.max(own, ...(children.get(task.id) ?? []).map(endOf));
    ends.set(task.id, end);
    return end;
  };
  /** A child may list its ancestors as dependencies; it then only waits for them to start. */
  const isAbove = (other: Task, task: Task): boolean => {
    for (let above = task.parent; above !== undefined; above = byId.get(above)?.parent)
      if (above === other.id) return true;
    return false;
  };
  return Math.max(0, ...tasks.map(endOf));
}
