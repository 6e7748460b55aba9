const durationUnits: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const sizeUnits: Record<string, number> = {
  "": 1,
  m: 1,
  mb: 1,
  mib: 1,
  g: 1024,
  gb: 1024,
  gib: 1024,
  k: 1 / 1024,
  kb: 1 / 1024,
};

/** Parses a Go duration such as `1m0s`; undefined for anything else. */
export function milliseconds(text: string): number | undefined {
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|h|m|s)/y;
  let total = 0;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    total += Number(match[1]) * (durationUnits[match[2] as string] ?? NaN);
    end = part.lastIndex;
  }
  return end > 0 && end === text.length ? total : undefined;
}

/** Parses a size of fly.toml such as `1gb`, `1024mb` or `1024`; undefined for anything else. */
export function megabytes(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const [, count, unit] = (typeof value === "string" && /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value.trim())) || [];
  const factor = sizeUnits[(unit ?? "?").toLowerCase()];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}
