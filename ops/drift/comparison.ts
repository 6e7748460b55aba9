export interface Comparison {
  app: string;
  /** `web machines`, `secret REDIS_URL`. */
  what: string;
  expected: string;
  actual: string;
  /** A command, or a sentence. */
  fix: string;
}

export function differs({ expected, actual }: Comparison): boolean {
  return expected !== actual;
}

const longestShown = 60;

/** Shortens a value for a table. */
export function shown(value: string): string {
  const line = value.replaceAll(/\s+/g, " ").trim();
  return line.length <= longestShown ? line : `${line.slice(0, longestShown - 1)}…`;
}
