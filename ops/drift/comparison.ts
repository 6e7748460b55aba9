/** One thing that was compared. */
export interface Comparison {
  app: string;
  /** What it is: `web machines`, `secret REDIS_URL`. */
  what: string;
  expected: string;
  actual: string;
  /** What to do where it differs: a sentence or a command. */
  fix: string;
}

export function differs({ expected, actual }: Comparison): boolean {
  return expected !== actual;
}

const longestShown = 60;

/** A value as it is shown; a long one by its beginning. */
export function shown(value: string): string {
  const line = value.replaceAll(/\s+/g, " ").trim();
  return line.length <= longestShown ? line : `${line.slice(0, longestShown - 1)}…`;
}
