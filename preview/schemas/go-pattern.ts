/** A pattern of Go's as JavaScript's. One that cannot be said in it matches everything: the API server will know. */
export function goPattern(pattern: string): RegExp {
  const ignoresCase = pattern.includes("(?i)");
  try {
    return new RegExp(pattern.replaceAll("(?i)", ""), ignoresCase ? "i" : "");
  } catch {
    return /(?:)/;
  }
}
