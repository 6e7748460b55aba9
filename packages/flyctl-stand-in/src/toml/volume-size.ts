const unitBytes: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };

/** The size of a volume in gigabytes: `10gb`, or a number. Undefined for an invalid size. */
export function volumeSizeGb(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(\d+(?:\.\d+)?) ?([kmgtp]?)b?$/i.exec(text);
  if (parts === null) return undefined;
  return Math.trunc((Number(parts[1]) * (unitBytes[(parts[2] ?? "").toLowerCase()] ?? 1)) / 1e9);
}
