import { FlyError } from "../cli/errors.ts";

/** Reads `NAME=VALUE` words. */
export function keyValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf("=");
      if (cut < 0) throw new FlyError(`failed parsing environment: '${pair}': must be in the format NAME=VALUE`);
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}
