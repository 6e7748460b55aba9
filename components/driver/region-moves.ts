/** A machine of a process group, by its region. */
interface Placed {
  group: string;
  region: string;
}

/**
 * The commands that move machines to a region: first the same number there, then none in the others. flyctl counts only the
 * machines of the region that it gets.
 */
export function regionMoves(app: string, region: string, elsewhere: readonly Placed[]): string[] {
  const scale = (list: readonly Placed[], where: string, count: (present: number) => number): string => {
    const groups = [...Map.groupBy(list, ({ group }) => group)].sort();
    const counts = groups.map(([group, { length }]) => `${group}=${count(length)}`);
    return `fly scale count ${counts.join(" ")} --region ${where} --app ${app} --yes`;
  };
  const from = [...Map.groupBy(elsewhere, (machine) => machine.region)].sort();
  return [scale(elsewhere, region, (present) => present), ...from.map(([where, list]) => scale(list, where, () => 0))];
}
