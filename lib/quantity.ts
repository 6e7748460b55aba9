/** What a suffix of a Kubernetes quantity multiplies by; those below one are divisors. */
const factors: Readonly<Record<string, number>> = {
  ...Object.fromEntries(["", "k", "M", "G", "T", "P", "E"].map((suffix, power) => [suffix, 1000 ** power])),
  ...Object.fromEntries(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, power) => [suffix, 1024 ** (power + 1)])),
};
const divisors: Readonly<Record<string, number>> = { m: 1e3, u: 1e6, n: 1e9 };

/** The number of a Kubernetes quantity such as `500m` or `10Gi`; undefined for any other text. */
export function quantityNumber(text: string): number | undefined {
  const [, digits, suffix = ""] = /^([+-]?(?:\d+\.?\d*|\.\d+))(n|u|m|[kMGTPE]|[KMGTPE]i)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const divisor = divisors[suffix];
  return divisor === undefined ? Number(digits) * (factors[suffix] as number) : Number(digits) / divisor;
}
