/** `99.25 %`; truncated, so that a missed target never looks met. */
export function percent(value: number | null): string {
  return value === null ? "-" : `${(Math.floor(value * 100 + 1e-9) / 100).toFixed(2)} %`;
}

/** `212 ms` */
export function milliseconds(value: number | null): string {
  return value === null ? "-" : `${Math.round(value)} ms`;
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `2026-11-21 17:05 UTC` */
export function minuteUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
