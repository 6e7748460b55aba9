/** Durations as Go's time package writes and reads them. All amounts are nanoseconds. */
const unitNanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

export const second = 1e9;

export function parseGoDuration(text: string): { nanoseconds: number } | { problem: string } {
  const invalid = { problem: `time: invalid duration "${text}"` };
  const signed = /^([+-]?)(.*)$/s.exec(text);
  const body = signed?.[2] ?? "";
  if (body === "0") return { nanoseconds: 0 };
  if (body === "") return invalid;
  let total = 0;
  let rest = body;
  while (rest !== "") {
    const piece = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (piece === null) return invalid;
    const [whole, amount, unit] = [piece[0], Number(piece[1]), piece[2] ?? ""];
    if (unit === "") return { problem: `time: missing unit in duration "${text}"` };
    const scale = unitNanoseconds[unit];
    if (scale === undefined) return { problem: `time: unknown unit "${unit}" in duration "${text}"` };
    total += amount * scale;
    rest = rest.slice(whole.length);
  }
  return { nanoseconds: Math.round(signed?.[1] === "-" ? -total : total) };
}

/** Writes a duration as Go does: `20m0s`, `1.5s`, `300ns`. */
export function formatGoDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const sign = nanoseconds < 0 ? "-" : "";
  const amount = Math.abs(nanoseconds);
  if (amount < 1e3) return `${sign}${amount}ns`;
  if (amount < 1e6) return `${sign}${amount / 1e3}µs`;
  if (amount < 1e9) return `${sign}${amount / 1e6}ms`;
  const hours = Math.floor(amount / 3600e9);
  const minutes = Math.floor((amount % 3600e9) / 60e9);
  const seconds = `${Number(((amount % 60e9) / 1e9).toFixed(9))}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
