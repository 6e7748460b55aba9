/** Converts a Go pattern. One that JavaScript does not support matches everything and is left to the API server. */
export function goPattern(pattern: string): RegExp {
  const ignoresCase = pattern.includes("(?i)");
  try {
    return new RegExp(pattern.replaceAll("(?i)", ""), ignoresCase ? "i" : "");
  } catch {
    return /(?:)/;
  }
}
