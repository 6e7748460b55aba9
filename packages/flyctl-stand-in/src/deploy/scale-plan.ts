import { FlyError } from "../cli/errors.ts";

export interface Count {
  readonly group: string;
  /** `3` is absolute, `+1` and `-1` are relative. */
  readonly count: number;
  readonly relative: boolean;
}

/** Reads `web=2 worker=1`, or one bare number for the group given. */
export function parseCounts(words: readonly string[], defaultGroup: string): readonly Count[] {
  const [only = ""] = words;
  if (words.length === 1 && /^[+-]?\d+$/.test(only) && !/^[+-]0+$/.test(only)) return [countOf(defaultGroup, only)];
  const counts = words.map((word) => {
    const parts = word.split("=");
    if (parts.length !== 2) throw new FlyError(`'${word}' is not a valid process=count option`);
    return countOf(parts[0] ?? "", parts[1] ?? "");
  });
  return [...new Map(counts.map((count) => [count.group, count])).values()];
}

function countOf(group: string, text: string): Count {
  if (!/^[+-]?\d+$/.test(text)) throw new FlyError(`strconv.Atoi: parsing "${text}": invalid syntax`);
  const relative = /^[+-]/.test(text);
  if (relative && Number(text) === 0) throw new FlyError(`invalid relative scale count: ${text}`);
  return { group, count: Number(text), relative };
}

export function checkGroups(counts: readonly Count[], names: readonly string[]): void {
  const unknown = counts.map(({ group }) => group).filter((group) => !names.includes(group));
  if (unknown.length === 0) return;
  throw new FlyError(
    `Attempting to scale unknown process groups [${unknown.join(" ")}] but valid names are [${names.join(" ")}].\n` +
      " Use `fly scale count COUNT --process-group=NAME` \n" +
      " or multi group syntax `fly scale count NAME1=COUNT1 NAME2=COUNT2 ...`",
  );
}

/**
 * The machines to add or remove in each region, standby machines included. Only machines of these regions count, so that
 * `--region fra` leaves those elsewhere alone.
 */
export function changesByRegion(
  wanted: Count,
  existing: Readonly<Record<string, number>>,
  regions: readonly string[],
): [region: string, change: number][] {
  const present = regions.map((region) => existing[region] ?? 0);
  const total = present.reduce((sum, count) => sum + count, 0);
  const changes = regions.map(() => 0);
  let left = Math.max(0, wanted.relative ? total + wanted.count : wanted.count) - total;
  for (let index = 0; left > 0; index += 1, left -= 1) changes[index % regions.length]! += 1;
  // From the last region on: the first one is usually the primary one.
  for (let index = -1; left < 0; index -= 1) {
    const at = -index % regions.length;
    if (present[at]! + changes[at]! <= 0) continue;
    changes[at]! -= 1;
    left += 1;
  }
  return regions.map((region, at): [string, number] => [region, changes[at]!]).filter(([, change]) => change !== 0);
}
