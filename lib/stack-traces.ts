/**
 * Stops mapping stack traces through source maps. Pulumi's host registers a mapper, and the SDK takes a stack trace for
 * each of its promises. Node.js runs these sources as they are, so the lines and columns are right without a map.
 * Does nothing outside Pulumi's host: a test runner needs its own mapper.
 */
export function dropSourceMaps(): void {
  if (/[\\/]cmd[\\/]run\b/.test(process.argv[1] ?? "")) Reflect.deleteProperty(Error, "prepareStackTrace");
}
