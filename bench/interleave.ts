/** Runs the sides in turn, A B A B …, after warm-up rounds that do not count. Returns each side's milliseconds. */
export async function interleave<Name extends string>(
  runs: number,
  sides: Record<Name, () => Promise<void>>,
  warmUps = 1,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let run = 0; run < warmUps + runs; run++) {
    for (const name of names) {
      const begun = performance.now();
      await sides[name]();
      if (run >= warmUps) measured[name].push(performance.now() - begun);
    }
  }
  return measured;
}
