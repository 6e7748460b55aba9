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

/** The number of machines to add or remove, including standby machines. */
export const delta = (wanted: Count, existing: number): number =>
  Math.max(0, wanted.relative ? existing + wanted.count : wanted.count) - existing;
