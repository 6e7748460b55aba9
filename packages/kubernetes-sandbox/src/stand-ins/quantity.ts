const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number of a Kubernetes quantity such as `500m` or `10Gi`; undefined for an invalid one. */
export function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?[0-9.]+)(?:e([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/i.exec(text);
  if (!match) return undefined;
  const factor = match[2] !== undefined ? 10 ** Number(match[2]) : suffixes[match[3] ?? ""];
  const number = Number(match[1]);
  return factor === undefined || Number.isNaN(number) ? undefined : number * factor;
}

/** The value of a resourceFieldRef: the quantity in units of the divisor, rounded up. */
export function resourceValue(quantity: string | undefined, divisor = "1"): string {
  const unit = parseQuantity(divisor) || 1;
  return String(Math.ceil((parseQuantity(quantity ?? "0") ?? 0) / unit));
}
